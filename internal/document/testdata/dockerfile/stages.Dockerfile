# syntax=docker/dockerfile:1.7
ARG TAG=latest
ARG X
FROM --platform=$BUILDPLATFORM node:${TAG} AS build
ENV A=b "C=d e" TOKEN='ghx12345abc'
# note
RUN --mount=type=bind,from=golang:1.22,target=/x apt-get update \
    # comment

    && apt-get install -y "gcc" | tee x
COPY . .
RUN <<EOF
set -e
USER root
npm ci
EOF
FROM build AS second
USER $A:root
FROM alpine:$X
COPY --from=build /a /b
COPY --from=nginx:latest ["/a b", "/c"]
ONBUILD USER root
ONBUILD RUN echo x | sh
USER 1000
CMD ["sh", "-c", "exec 'a' \"b\""]
HEALTHCHECK --interval=5s CMD curl -f http://x || exit 1
