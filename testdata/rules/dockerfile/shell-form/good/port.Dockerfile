FROM python:3.12.2-slim
USER 1000
CMD exec gunicorn shop.wsgi --bind "0.0.0.0:${PORT}"
