# want-next dockerfile/user-missing "gosu gives root up only once the container runs"
FROM debian:12.5-slim
COPY shop /srv/shop
ENTRYPOINT ["gosu", "shop", "/srv/shop"]
