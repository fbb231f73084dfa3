FROM debian:12.5-slim AS base
USER 10001

FROM base
COPY shop /srv/shop
ENTRYPOINT ["/srv/shop"]
