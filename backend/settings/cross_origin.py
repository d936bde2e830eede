"""Browser apps on other origins: which may call the API. They bring a bearer token; cookies are never taken from there.

`CORS_ORIGINS` names them, separated by commas, such as `https://app.example.org`; without it there are none. On one's
own machine (`make run`) any port of loopback may.
"""

from corsheaders.defaults import default_headers

from backend.settings.environment import DEPLOYMENT, env

CORS_ALLOWED_ORIGINS = env.list("CORS_ORIGINS", default=[])
CORS_ALLOWED_ORIGIN_REGEXES = [r"^http://(localhost|127\.0\.0\.1)(:\d+)?$"] if DEPLOYMENT == "local" else []
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = [*default_headers, "if-match", "if-none-match", "x-session-token", "x-email-verification-key"]
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After", "WWW-Authenticate", "Allow", "X-Request-ID"]
CORS_PREFLIGHT_MAX_AGE = 7200
"""Seconds; no browser keeps the answer longer."""
