"""How many days what has done its work is kept (docs/operating.md). Tombstones are kept as long as their diary."""

import environ

from backend.settings.environment import env

# Lines of the access log; the database itself keeps each for a year at least (`diary/migrations/0038_retention.py`).
ACCESS_LOG_DAYS = env.int("ACCESS_LOG_DAYS", default=1096)
# Devices in whose app no one has been signed in for so long.
SIGNED_OUT_DEVICE_DAYS = env.int("SIGNED_OUT_DEVICE_DAYS", default=180)
# Links that were used or have expired, and notices that never went out.
ENDED_LINK_DAYS = env.int("ENDED_LINK_DAYS", default=90)

for _name, _days, _least in (
    ("ACCESS_LOG_DAYS", ACCESS_LOG_DAYS, 366),
    ("SIGNED_OUT_DEVICE_DAYS", SIGNED_OUT_DEVICE_DAYS, 30),
    ("ENDED_LINK_DAYS", ENDED_LINK_DAYS, 30),
):
    if _days < _least:
        raise environ.ImproperlyConfigured(f"{_name} must be at least {_least}")
