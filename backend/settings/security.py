"""Secrets, hosts, cookies and transport."""

import secrets

from backend.settings.environment import DATA_DIR, DEPLOYMENT, PRODUCTION, env, required_in_production
from backend.settings.mail import PUBLIC_URL


def _local_secret() -> str:
    """The key that `make run` keeps in its data directory; without one a key for this process only."""
    kept = DATA_DIR / "secret_key"
    return kept.read_text().strip() if kept.is_file() else secrets.token_urlsafe(50)


# Debug pages show what is being worked on, which is people's health: on one's own machine only (`make dev`).
DEBUG = DEPLOYMENT == "local" and env.bool("DEBUG", default=False)
SECRET_KEY = required_in_production("SECRET_KEY", otherwise=_local_secret())
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # previous keys, during rotation
ALLOWED_HOSTS = required_in_production("ALLOWED_HOSTS", otherwise="127.0.0.1,localhost,[::1]").split(",")
if DEPLOYMENT == "test":
    ALLOWED_HOSTS.append("testserver")  # what Django's test client calls itself
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
# Only a proxy that overwrites this header may be trusted with it: anyone else could claim to have come by HTTPS.
if env.bool("BEHIND_HTTPS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
# A name that browsers take from this very host and over HTTPS only: no neighbour's host can put a cookie in its place.
_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_PREFIX}session", f"{_PREFIX}csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "web.errors.forged"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
