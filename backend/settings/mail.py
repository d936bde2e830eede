"""Outgoing mail, and the address that links in it lead to."""

from backend.settings.environment import env, required_in_production

vars().update(env.email_url_config(required_in_production("EMAIL_URL", otherwise="smtp://127.0.0.1:1025")))
EMAIL_TIMEOUT = 10  # seconds; a silent mail server must not hold a worker
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Symptom diary <diary@localhost>")

PUBLIC_URL = required_in_production("PUBLIC_URL", otherwise=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip(
    "/"
)
