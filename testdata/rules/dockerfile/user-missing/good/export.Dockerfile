FROM golang:1.22.1 AS build
RUN go build -o /tmp/shop ./cmd/shop

FROM scratch
COPY --from=build /tmp/shop /
