#!/bin/sh
set -eu
tar -czf shop.tar.gz dist
curl --fail -u "deploy:$RELEASE_PASSWORD" -T shop.tar.gz https://releases.shop.example/shop/
curl --fail --netrc-file /run/secrets/netrc https://releases.shop.example/shop/latest
