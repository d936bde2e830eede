"""The settings of a service in a hurry: what takes a minute takes three seconds, what takes an hour takes ten."""

from alerts.escalation import plan as escalation_plan
from backend.settings import *  # noqa: F403
from backend.settings.queue import CELERY_BEAT_SCHEDULE
from tests.flow.hurry import ASKED_AFTER

DELIVERY_LEASE_SECONDS = 10

for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["schedule"] = 3.0
    _entry["options"] = {"expires": 10}

escalation_plan.ASKED_AFTER = ASKED_AFTER  # type: ignore[misc]
