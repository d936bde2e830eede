"""A finding and how it went on: every day it rests on until now, and whether it is recent enough to be sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from alerts.rules.case import Case
from alerts.rules.findings import Finding
from alerts.rules.registry import RULES
from alerts.rules.screening import Screening
from alerts.rules.tiers import Tier

DANGER_SENT_FOR: Final = timedelta(days=14)
"""Emergency and urgent findings up to so old are sent as what they are, older ones as see-a-doctor."""
PATTERN_SENT_FOR: Final = timedelta(days=27)
"""A see-a-doctor finding is sent when its rule held on any of the 28 days up to today."""


@dataclass(frozen=True, slots=True)
class Course:
    """`days` are all days the finding rests on, from the first met until now; `last_held` the last day it held."""

    finding: Finding
    days: tuple[date, ...]
    last_held: date

    def sent_as(self, *, today: date) -> Tier | None:
        """The tier to tell people on the patient's date `today`; None when it is too old to be told at all.

        Watch is about what to do meanwhile, so it is shown only while it holds.
        """
        age, tier = today - self.last_held, self.finding.tier
        if tier in (Tier.EMERGENCY, Tier.URGENT):
            return tier if age <= DANGER_SENT_FOR else Tier.SEE_DOCTOR
        sent_for = PATTERN_SENT_FOR if tier is Tier.SEE_DOCTOR else timedelta(0)
        return tier if age <= sent_for else None


def courses(*, case: Case, screening: Screening) -> list[Course]:
    """Each finding of the screening with its course: until the next finding of its rule, or until now."""
    return [
        _course(case, finding, list(_held(screening, finding, following)))
        for finding, following in _with_following(screening.findings)
    ]


def _with_following(findings: Iterable[Finding]) -> Iterator[tuple[Finding, date]]:
    """Each finding with the day on which the next one of its rule begins."""
    begins: dict[str, date] = {}
    for finding in sorted(findings, key=lambda one: one.met_on, reverse=True):
        yield finding, begins.get(finding.rule, date.max)
        begins[finding.rule] = finding.met_on


def _held(screening: Screening, finding: Finding, following: date) -> Iterator[date]:
    return (day for day in screening.held[finding.rule] if finding.met_on <= day < following)


def _course(case: Case, finding: Finding, held: list[date]) -> Course:
    rests_on = RULES[finding.rule].rests_on
    later = {date.fromordinal(number) for day in held for number in rests_on(case, day.toordinal())}
    return Course(finding, tuple(sorted(later.union(finding.days))), max(held, default=finding.met_on))
