# want-next dockerfile/user-missing "its base image bitnami/redis runs as root"
FROM bitnami/redis:7.2.4
