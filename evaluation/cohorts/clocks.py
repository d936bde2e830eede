"""What the clock and the place of a phone say: evenings at home, journeys to other zones, summer time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from evaluation.cohorts.latent import date_of

HOMES = ("Europe/Madrid", "Europe/Berlin", "America/New_York")
"""All of them change their clocks twice a year."""
AWAY = ("America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland", "Atlantic/Azores")
JOURNEYS_A_YEAR = 1.0
JOURNEY_DAYS = (3, 21)
AFTER_MIDNIGHT = 0.05
"""Share of days written down after midnight, about the day before."""


class Phone:
    """The zone that a phone is in on each day."""

    def __init__(self, random: Random, length: int) -> None:
        self._home = ZoneInfo(random.choice(HOMES))
        self._away: dict[int, ZoneInfo] = {}
        for _ in range(round(JOURNEYS_A_YEAR * length / 365 + random.uniform(-1, 1))):
            start, zone = random.randrange(length), ZoneInfo(random.choice(AWAY))
            self._away |= dict.fromkeys(range(start, start + random.randint(*JOURNEY_DAYS)), zone)

    def noted(self, random: Random, day: int) -> dict[str, str]:
        """The date that is written about, with the instant and the zone of the entry."""
        zone, hours = self._away.get(day, self._home), 24 if random.random() < AFTER_MIDNIGHT else 20
        evening = datetime.combine(date_of(day), time(), tzinfo=zone)
        at = evening + timedelta(hours=hours, minutes=random.randint(0, 180))
        return {
            "date": date_of(day).isoformat(),
            "recorded_at": at.isoformat(),
            "time_zone": zone.key,
        }
