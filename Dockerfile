FROM --platform=$BUILDPLATFORM golang:1.26.8@sha256:6c2a5538f964f1c82f97ad14988bf05de100d922d159d0e398b54c7b0ca0c6c9 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
# .git comes along, so that the build knows its own version.
COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags="-s -w" -o /out/ ./cmd/...

FROM scratch
ARG SOURCE=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="guard" \
      org.opencontainers.image.description="Checks pipelines, Dockerfiles and manifests against Rego rules" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/guard /out/guard-sigstore /out/guard-webhook /usr/bin/
ENV PATH=/usr/bin
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["guard"]
CMD ["check"]
