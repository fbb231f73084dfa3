FROM alpine:3.20.1
ARG UID=4294967296
# want-next dockerfile/user-root "stage 0: USER 4294967296 is not from 1 to 2147483647"
USER ${UID}
CMD ["/srv/shop"]
