"""What is news about a danger sign once someone has acted on its alert. Pure.

A *sign* is what was noted, without its day: numbness between the legs, a fracture after a minor fall. An alert keeps
which signs were on record, on which days, when someone last acted on it (`alerts.models.Alert.on_record`); a sign is
news beside that record. A repeated write, a second entry of the same day and an earlier day filled in later are not.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from alerts.rules.tiers import Tier

Signs = Mapping[str, Sequence[date]]
"""Each sign with the days on which it was noted, in order of time."""

GONE_FOR: Final = timedelta(days=14)
"""After a doctor's outcome the same sign is news again once it was away for so long: another episode (GAP)."""


class Acted(StrEnum):
    """What was done about an alert, as far as it decides what is news."""

    NOTHING = "nothing"
    """It was said to everyone, and no one has acted."""
    ACKNOWLEDGED = "acknowledged"
    """Someone has taken it on, or says that the person was seen."""
    NOT_SEEN = "not_seen"
    """No one went to a doctor; or it was kept without a message, as what is imported is."""
    OUTCOME = "outcome"
    """A doctor has looked at it."""


class Sighting(NamedTuple):
    """A sign on a day."""

    sign: str
    day: date


def news(*, signs: Signs, on_record: Signs, acted: Acted, tier: Tier) -> list[Sighting]:
    """Which of the `signs` are news beside those `on_record`; `tier` is the rule's own.

    Another sign always is. The same sign on a later day is for an emergency, or when no one went; for what is urgent
    "Were you seen?" asks instead. After an outcome only when the sign was away for a fortnight.
    """
    last_days = {sign: max(days) for sign, days in on_record.items() if days}
    return [seen for seen in sightings(signs) if _is_news(seen, signs, last_days, acted, tier)]


def sightings(signs: Signs) -> Iterator[Sighting]:
    """Each sign on each of its days."""
    return (Sighting(sign, day) for sign, days in signs.items() for day in days)


def _is_news(seen: Sighting, signs: Signs, last_days: Mapping[str, date], acted: Acted, tier: Tier) -> bool:
    """`last_days` are those of each sign on record."""
    if seen.sign not in last_days:
        return True
    if acted is Acted.OUTCOME:
        return seen.day > last_days[seen.sign] and _was_away(seen, signs[seen.sign])
    if tier is Tier.URGENT and acted is not Acted.NOT_SEEN:
        return False
    return seen.day > max(last_days.values())  # and so once a day, whichever of the signs comes first


def _was_away(seen: Sighting, days: Sequence[date]) -> bool:
    earlier = bisect_left(days, seen.day)
    return not earlier or seen.day - days[earlier - 1] > GONE_FOR
