"""Outgoing mail, by SMTP or through the API of a provider, and the address that links in it lead to."""

import json
from email.utils import formataddr
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import environ

from backend.settings.environment import PRODUCTION, env, required_in_production
from backend.settings.service import SERVICE_NAME


def _provider_settings() -> dict[str, Any]:
    try:
        given = json.loads(env.str("EMAIL_PROVIDER_SETTINGS", default="") or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise environ.ImproperlyConfigured("EMAIL_PROVIDER_SETTINGS must be a JSON object")
    return given


EMAIL_TIMEOUT = 10  # seconds; a silent mail server must not hold a worker
# One of those that Anymail knows, such as mailgun, postmark or brevo; empty is SMTP.
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", default="")
if not EMAIL_PROVIDER:
    vars().update(env.email_url_config(required_in_production("EMAIL_URL", otherwise="smtp://127.0.0.1:1025")))
elif EMAIL_PROVIDER.isidentifier() and find_spec(f"anymail.backends.{EMAIL_PROVIDER}"):
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    # What Anymail's documentation asks for, as JSON: {"MAILGUN_API_KEY": "...", "MAILGUN_SENDER_DOMAIN": "..."}
    ANYMAIL = {
        "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
        # A link is a secret between us and the reader: no provider puts one of its own in its place, or counts.
        "SEND_DEFAULTS": {"track_clicks": False, "track_opens": False},
        "IGNORE_UNSUPPORTED_FEATURES": True,  # a mail without one of its headers is better than none
        **_provider_settings(),
    }
else:
    raise environ.ImproperlyConfigured(
        f"EMAIL_PROVIDER must be a provider supported by Anymail, not {EMAIL_PROVIDER!r}"
    )
MAIL_CATCHER = env.bool("MAIL_CATCHER")  # mail may go to a program that shows it and delivers none: for a trial

PUBLIC_URL = required_in_production("PUBLIC_URL", otherwise=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip(
    "/"
)
_DOMAIN = urlsplit(PUBLIC_URL).hostname if PRODUCTION else "localhost"
_SENDER = (SERVICE_NAME or "Symptom diary", f"diary@{_DOMAIN}")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or formataddr(_SENDER)
