"""The true state of a synthetic person on every day, before any phone has reported it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

Standing = Literal["assessed", "older", "not yet"]

FIRST_DATE = date(2023, 1, 2)
"""The date of day 0 of every diary: a Monday."""


@dataclass(slots=True)
class LatentDay:
    """One day as it truly was; the swings from day to day are part of it. Scores are 0-10, weights kilograms."""

    worst: int = 0
    night: int = 0
    rest: int = 0
    woke: bool = False
    lying: bool = False
    breath: bool = False
    sites: tuple[str, ...] = ()
    symptoms: frozenset[str] = frozenset()
    weight: float = 75.0
    taken: dict[str, bool] = field(default_factory=dict)

    @property
    def positive(self) -> bool:
        """Whether the night or the rest hurt."""
        return self.night >= 4 or self.rest >= 4 or self.woke


@dataclass(slots=True)
class LatentTreatment:
    """Something that was tried from day `start` to day `stop`, both included."""

    id: str
    kind: str
    name: str
    start: int
    stop: int
    recalled: int | None = None


@dataclass(slots=True)
class LatentEvent:
    """A visit, fall, injury or fracture; a visit may be before day 0."""

    kind: str
    day: int
    trauma: str | None = None
    site: str | None = None
    about_this_pain: bool | None = None


@dataclass(slots=True)
class LatentPerson:
    """A person from the first day of the diary on. `diagnosis` is the day a malignant cause is found on."""

    name: str
    kind: str
    profile: dict[str, Any]
    days: list[LatentDay]
    treatments: list[LatentTreatment] = field(default_factory=list)
    events: list[LatentEvent] = field(default_factory=list)
    diagnosis: int | None = None
    triggers: dict[int, str] = field(default_factory=dict)
    """Planted danger signs: the rule that must find each, by day."""

    @property
    def malignant(self) -> bool:
        """Whether a tumour is behind the pain."""
        return self.kind == "malignant"

    @property
    def assessments(self) -> list[int]:
        """The days on which a doctor examined this pain."""
        return sorted(
            event.day for event in self.events if event.kind == "doctor_visit" and event.about_this_pain is not False
        )

    def standings(self) -> list[Standing]:
        """For each day whether a doctor has looked at the pain: within the year, longer ago, or not yet."""
        visits = self.assessments
        return [_standing(visits, day) for day in range(len(self.days))]


def _standing(visits: list[int], day: int) -> Standing:
    ago = [day - visit for visit in visits if visit <= day]
    if not ago:
        return "not yet"
    return "assessed" if min(ago) <= 365 else "older"


def date_of(day: int) -> date:
    """The calendar date of a day number."""
    return FIRST_DATE + timedelta(days=day)
