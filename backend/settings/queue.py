"""Celery and its broker: a nudge to work that the database already holds."""

from backend.settings.environment import required_in_production

REDIS_URL = required_in_production("REDIS_URL", otherwise="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
