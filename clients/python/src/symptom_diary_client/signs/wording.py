"""A danger sign in words, with the number to call where the person is: as the service says it, without a network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from symptom_diary_client.signs.table import COUNTRIES, NUMBERS, OUT_OF_HOURS, WORDS

_RECENT_DAYS: Final = 14
"""How many days back a sign is of today; before that the advice asks whether it is still there."""
_EVERYWHERE_ELSE: Final = "112"


@dataclass(frozen=True)
class Place:
    """Where the patient is as far as is known: the region of the profile, and the zone of the entry."""

    region: str | None = None
    time_zone: str | None = None

    @property
    def country(self) -> str | None:
        """ISO 3166 code: the region's, else of the zone's country; None for a mere offset."""
        return self.region or COUNTRIES.get(self.time_zone or "")


@dataclass(frozen=True)
class Advice:
    """What to read, and whom to call; `call` is None unless the text names it."""

    title: str
    text: str
    call: str | None


def advice(*, rule: str, tier: str, day: str, today: str, place: Place, is_own: bool, language: str) -> Advice:
    """In `language`, English where there is no other. `is_own` is False for who writes in another person's diary."""
    words = WORDS.get(language[:2].lower(), WORDS["en"])
    number = NUMBERS.get(place.country or "")
    call = number or _EVERYWHERE_ELSE
    named = call if number else words["orYours" if is_own else "orTheirs"].replace("{call}", call)
    is_late = _days_between(day, today) > _RECENT_DAYS
    line = OUT_OF_HOURS.get(place.region or "")
    text = words[("late" if is_late else "now") if is_own else ("theirsLate" if is_late else "theirs")].get(tier, "")
    if is_own and not is_late and tier == "urgent" and line:
        text = words["line"]
    return Advice(
        title=words["titles"].get(rule, rule),
        text=text.replace("{call}", named).replace("{line}", line or ""),
        call=call if tier == "emergency" else None,
    )


def _days_between(one: str, other: str) -> int:
    """Calendar days; none where one of them is no date, which the service will say."""
    try:
        return (date.fromisoformat(other) - date.fromisoformat(one)).days
    except ValueError:
        return 0
