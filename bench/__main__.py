"""`make bench`: runs on the servers that `DATABASE_URL` and `REDIS_URL` name, which must be empty ones."""

import os

import django

os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
django.setup()

from bench.report import main  # noqa: E402 models need Django to be set up first

main()
