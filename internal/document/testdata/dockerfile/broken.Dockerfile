RUN early
FROM alpine:3.20
ENV LONELY
RUNN typo
COPY onlyone
USER app
RUN echo "open
LABEL a.b="c" d=e\
 f
COPY <<A <<B /dest/
USER root
A
ENV TOKEN=none
B
