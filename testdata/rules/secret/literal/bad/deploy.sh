#!/bin/sh
set -eu
tar -czf shop.tar.gz dist
# want-next secret/literal "password in a curl command depl\*\*\*\*"
curl --fail -u deploy:wool-Sweater-4711 -T shop.tar.gz https://releases.shop.example/shop/
