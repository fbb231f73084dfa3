# want-next dockerfile/user-missing "stage 0 has no USER, so the image runs as root"
FROM scratch
COPY shop /shop
ENTRYPOINT ["/shop"]
