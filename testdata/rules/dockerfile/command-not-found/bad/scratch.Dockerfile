FROM scratch
COPY shop /bin/
USER 10001
# want-next dockerfile/command-not-found "stage 0: CMD starts /shop, which is not there: the stage is built from scratch"
CMD ["/shop", "serve"]
