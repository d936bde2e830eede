"""An emergency of Alice's that is told through one channel, and what became of it."""

import re
from datetime import datetime, timedelta

from alerts.models import Delivery
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.cast import Person

HEALTH = (
    *("pain", "numb", "back", "emergency", "cauda", "legs", "doctor", "alice"),
    *("dolor", "espalda", "urgencias", "médic", "entumec"),
    *("schmerz", "rücken", "notaufnahme", "ärzt", "taub"),
    *("douleur", "dos ", "urgences", "médec", "engourdi"),
)
"""Words that no lock screen, SMS or log may show."""


def alarm(person: Person, channel: str, *, now: datetime = NOON) -> Delivery:
    """Tell an emergency through `channel` alone; gives the delivery after its first attempt."""
    person.patch("preferences", {"channels": {"emergency": [channel]}})
    write(person, saddle_numbness(), now=now)
    deliver_all(now)
    return Delivery.objects.get(channel=channel)


def wait_of(delivery: Delivery, *, since: datetime = NOON) -> timedelta:
    """How long until the next attempt."""
    assert delivery.next_attempt_at is not None
    return delivery.next_attempt_at - since


def about(seconds: float) -> tuple[timedelta, timedelta]:
    """A wait of the schedule, which is spread by a tenth."""
    return timedelta(seconds=seconds * 0.9), timedelta(seconds=seconds * 1.1)


def mentions_health(text: str) -> set[str]:
    """The words of `HEALTH` in it; links are signed, and their letters are chance."""
    said = re.sub(r"https?://[^\s\"']+", "", text).lower()
    return {word for word in HEALTH if word in said}
