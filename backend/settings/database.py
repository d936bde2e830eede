"""PostgreSQL, the only database."""

import environ

from backend.settings.environment import NO_SERVER, env, required_in_production

DATABASES = {
    "default": env.db_url_config(required_in_production("DATABASE_URL", otherwise=f"postgres://{NO_SERVER}/none"))
}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise environ.ImproperlyConfigured("DATABASE_URL must start with postgres://; only PostgreSQL is supported")
DATABASES["default"] |= {
    "ENGINE": "diary.postgresql",
    # Reconnecting for each request costs three quarters of the throughput; a dead connection is noticed before use.
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
    # A pooler in transaction mode may hand each transaction another connection.
    "DISABLE_SERVER_SIDE_CURSORS": True,
}
_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
_OPTIONS.setdefault("connect_timeout", 5)  # seconds
# A host that lost its power or its cable says nothing: without these a thread waits a quarter of an hour for it.
_OPTIONS.setdefault("tcp_user_timeout", 15_000)  # milliseconds that what was sent may go without an acknowledgement
_OPTIONS.setdefault("keepalives_idle", 10)  # seconds without a byte, then so often and so many times
_OPTIONS.setdefault("keepalives_interval", 5)
_OPTIONS.setdefault("keepalives_count", 3)
# The few statements of the hot paths are prepared after so many uses (`diary.statements`); a pooler in transaction
# mode must know of prepared statements, as PgBouncer does from 1.21 on.
if _OPTIONS.setdefault("prepare_threshold", 5) == "none":  # an older one: DATABASE_URL=…?prepare_threshold=none
    _OPTIONS["prepare_threshold"] = None
