FROM node:20.11.1-slim AS base
WORKDIR /srv
# want-next dockerfile/user-root "stage shop: the image runs as root, as stage base does: USER 0"
USER 0

FROM base AS shop
COPY server.js .
CMD ["node", "server.js"]
