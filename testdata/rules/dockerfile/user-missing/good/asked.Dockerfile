FROM ghcr.io/acme/base:3.20.1
EXPOSE 8080
