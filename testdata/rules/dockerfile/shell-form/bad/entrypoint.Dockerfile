FROM python:3.12.2-slim
USER 1000
# want-next dockerfile/shell-form "stage 0: ENTRYPOINT in shell form, so gunicorn gets no signals, and CMD is ignored"
ENTRYPOINT gunicorn shop.wsgi --bind "0.0.0.0:${PORT}"
CMD ["--workers", "4"]
