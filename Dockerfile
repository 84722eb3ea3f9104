# Setlist in one image: `serve`, `worker`, `migrate` and every other command. Runs as nobody in particular, writes to
# /var/lib/setlist alone, and so bears a read-only file system.

FROM python:3.11-slim-bookworm AS installed
WORKDIR /app
COPY requirements-run.lock .
RUN python -m venv --without-pip /venv && \
    pip --python /venv install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        --requirement requirements-run.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/setlist --create-home setlist && \
    printf '#!/bin/sh\nexec python -m api.commands "$@"\n' > /usr/local/bin/setlist && \
    chmod 755 /usr/local/bin/setlist
COPY --from=installed /venv /venv
WORKDIR /app
COPY wsgi.py alembic.ini ./
COPY openapi openapi
COPY services services
COPY api api
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    APP_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    VAR_DIR=/var/lib/setlist
USER setlist
VOLUME /var/lib/setlist
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/readyz\", timeout=4)"]
ENTRYPOINT ["setlist"]
CMD ["serve"]
