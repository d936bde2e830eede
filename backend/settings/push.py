"""Notifications to phones (Firebase Cloud Messaging) and browsers (web push). What is not set up reaches no one."""

import json
import re
from email.utils import parseaddr
from pathlib import Path

import environ

from backend.settings.environment import DATA_DIR, PRODUCTION, env
from backend.settings.mail import DEFAULT_FROM_EMAIL


def _service_account(given: str) -> str:
    """The key of a Google service account, as JSON; given so, or as the path of the file that Google made."""
    try:
        text = given if not given or given.lstrip().startswith("{") else Path(given).read_text()
        missing = {"project_id", "client_email", "private_key", "token_uri"} - json.loads(text or "{}").keys()
    except (AttributeError, OSError, ValueError) as error:
        raise environ.ImproperlyConfigured("FCM_CREDENTIALS must be JSON, or the path of a JSON file") from error
    if text and missing:
        raise environ.ImproperlyConfigured(f"FCM_CREDENTIALS lacks {', '.join(sorted(missing))}")
    return text


def _vapid_key(given: str) -> str:
    """32 bytes in URL-safe base64. `make run` keeps one in its data directory: browsers can be tried at once."""
    kept = DATA_DIR / "vapid_private_key"
    given = (given or (kept.read_text().strip() if not PRODUCTION and kept.is_file() else "")).rstrip("=")
    if given and not re.fullmatch("[A-Za-z0-9_-]{43}", given):
        raise environ.ImproperlyConfigured("VAPID_PRIVATE_KEY must be 32 bytes in URL-safe base64")
    return given


FCM_CREDENTIALS = _service_account(env.str("FCM_CREDENTIALS", default=""))
# Apple has allowed the app to ring for emergencies on a phone that is muted (the entitlement for critical alerts).
APPLE_CRITICAL_ALERTS = env.bool("APPLE_CRITICAL_ALERTS")
FCM_URL = env.str("FCM_URL", default="") or "https://fcm.googleapis.com"

# Changing the key ends every subscription: browsers gave them for this one, and have to ask again.
VAPID_PRIVATE_KEY = _vapid_key(env.str("VAPID_PRIVATE_KEY", default=""))
# Whom a push service writes to when we send what we should not.
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="") or f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}"
