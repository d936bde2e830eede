# First stage: the dependencies, by hash, in a virtual environment.
FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/venv
COPY requirements/production.txt /tmp/production.txt
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    --requirement /tmp/production.txt

# Last stage: the service, without what built it.
FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DEPLOYMENT=production \
    DJANGO_SETTINGS_MODULE=backend.settings \
    DATA_DIR=/tmp \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2
RUN useradd --system --uid 10001 --no-create-home diary && install --directory --owner=diary --mode=700 /journal
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY manage.py ./
COPY backend backend
COPY support support
COPY web web
COPY papers papers
COPY alerts alerts
COPY diary diary
# Collecting needs settings but no secret: these hold for this step only.
RUN SECRET_KEY=build NOTE_KEYS=build ALLOWED_HOSTS=build PUBLIC_URL=https://build EMAIL_URL=smtp://build:25 \
    SUPPORT_EMAIL=support@build.example DATABASE_URL=postgres://build/build REDIS_URL=redis://build python manage.py collectstatic --no-input
USER diary
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "backend.probe", "api"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "backend.front"]
