"""A finding and how it continued: every day it is based on until now, its danger signs, and what may be sent of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from alerts.raising.news import Sighting, Signs, sightings
from alerts.rules.case import Case
from alerts.rules.findings import Finding, signs_of
from alerts.rules.registry import RULES
from alerts.rules.screening import Screening
from alerts.rules.tiers import Tier

DANGER_SENT_FOR: Final = timedelta(days=14)
"""A danger sign up to so old is sent as what it is."""
DANGER_KEPT_AFTER: Final = timedelta(days=90)
"""An older one, up to this age, is sent like see-a-doctor; an older one still is shown in the app only."""
PATTERN_SENT_FOR: Final = timedelta(days=27)
"""A see-a-doctor finding, or a check-up, is sent when its rule held on any of the 28 days up to today."""
_PATTERNS: Final = frozenset({Tier.SEE_DOCTOR, Tier.CHECK_UP})


@dataclass(frozen=True, slots=True)
class Course:
    """`days` are all days the finding is based on, from the first met until now; `last_held` the last day it held.

    `signs` are those of a danger rule, with their days; `assessed_on` is the day of the latest assessment so far.
    """

    finding: Finding
    days: tuple[date, ...]
    last_held: date
    signs: Signs = field(default_factory=dict)
    assessed_on: date | None = None

    def sent_as(self, *, today: date) -> Tier | None:
        """The tier to send it as on the patient's date `today`; None when it is too old to be sent at all.

        Watch is about what to do meanwhile, so it is shown only while it holds.
        """
        if self.finding.tier.is_pressing:
            return highest(self.sign_sent_as(seen, today=today) for seen in sightings(self.signs))
        sent_for = PATTERN_SENT_FOR if self.finding.tier in _PATTERNS else timedelta(0)
        return self.finding.tier if today - self.last_held <= sent_for else None

    def kept_as(self, *, today: date) -> Tier:
        """The tier it is kept as when it is sent to no one: what is too old to act on immediately asks for a visit."""
        if self.finding.tier.is_pressing and today - self.last_held > DANGER_SENT_FOR:
            return Tier.SEE_DOCTOR
        return self.finding.tier

    def sign_sent_as(self, seen: Sighting, *, today: date) -> Tier | None:
        """The tier to send one of its danger signs as; None when it is too old, or a doctor has looked at it since."""
        age = today - seen.day
        if age > DANGER_KEPT_AFTER or (self.assessed_on is not None and seen.day < self.assessed_on):
            return None
        return self.finding.tier if age <= DANGER_SENT_FOR else Tier.SEE_DOCTOR


def highest(tiers: Iterable[Tier | None]) -> Tier | None:
    """The most urgent of them, None when there is none."""
    return max((tier for tier in tiers if tier is not None), key=lambda tier: tier.rank, default=None)


def courses(*, case: Case, screening: Screening, today: date) -> list[Course]:
    """Each finding of the screening with its course: until the next finding of its rule, or until now."""
    assessments = (date.fromordinal(day) for day in case.assessments)
    assessed_on = max((day for day in assessments if day <= today), default=None)
    return [
        _course(case, finding, list(_held(screening, finding, following)), assessed_on)
        for finding, following in _with_following(screening.findings)
    ]


def _with_following(findings: Iterable[Finding]) -> Iterator[tuple[Finding, date]]:
    """Each finding with the day on which the next one of its rule begins."""
    begins: dict[str, date] = {}
    for finding in sorted(findings, key=lambda one: one.met_on, reverse=True):
        yield finding, begins.get(finding.rule, date.max)
        begins[finding.rule] = finding.met_on


def _held(screening: Screening, finding: Finding, following: date) -> Iterator[date]:
    return (day for day in screening.held_by(finding) if finding.met_on <= day < following)


def _course(case: Case, finding: Finding, held: list[date], assessed_on: date | None) -> Course:
    rests_on = RULES[finding.rule].rests_on
    later = {date.fromordinal(number) for day in held for number in rests_on(case, day.toordinal())}
    days = tuple(sorted(later.union(finding.days)))
    return Course(finding, days, max(held, default=finding.met_on), _signs(case, finding, held), assessed_on)


def _signs(case: Case, finding: Finding, held: Iterable[date]) -> Signs:
    if not finding.tier.is_pressing:
        return {}
    signs: dict[str, list[date]] = {}
    for day in held:
        for sign in signs_of(RULES[finding.rule].evaluate(case, day.toordinal())):
            signs.setdefault(sign, []).append(day)
    return signs


def signs_together(courses: Iterable[Course]) -> Mapping[str, list[date]]:
    """The signs of several courses, each with all its days in order of time."""
    together: dict[str, set[date]] = {}
    for course in courses:
        for sign, days in course.signs.items():
            together.setdefault(sign, set()).update(days)
    return {sign: sorted(days) for sign, days in together.items()}
