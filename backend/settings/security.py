"""Secrets, hosts, cookies and transport."""

import secrets

from backend.settings.environment import DATA_DIR, PRODUCTION, env, required_in_production


def _local_secret() -> str:
    """The key that `make run` keeps in its data directory; without one a key for this process only."""
    kept = DATA_DIR / "secret_key"
    return kept.read_text().strip() if kept.is_file() else secrets.token_urlsafe(50)


DEBUG = False
SECRET_KEY = required_in_production("SECRET_KEY", otherwise=_local_secret())
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS") if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
