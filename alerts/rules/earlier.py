"""Versions of rules that were active before: what they found stays as it was found, and is judged by them.

So a new version withdraws nothing and tells no one again: after a finding of an earlier one, as long as that one would
still make it, the rule keeps quiet as after its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from alerts.rules.case import Case, OnRecord
from alerts.rules.episodes import GAP, family_of, finding_days, held_days
from alerts.rules.findings import Finding, finding_of
from alerts.rules.in_force import assessment_of_the_year
from alerts.rules.registry import RULES
from alerts.rules.rule import Rule

VERSION_1: Mapping[str, Rule] = {
    rule.id: replace(rule, version=1, in_force=assessment_of_the_year) for rule in RULES.values() if rule.changed
}
"""The see-a-doctor rules that ask for change, when an assessment lapsed after a year and the pattern was news again."""


class Recorded(NamedTuple):
    """A finding that was made and kept."""

    rule: str
    version: int
    met_on: date


@dataclass(frozen=True, slots=True)
class StillFound:
    """What earlier versions found and would still find, and the dates on which their rules hold (by id, in order)."""

    findings: tuple[Finding, ...] = ()
    held: Mapping[str, tuple[date, ...]] = field(default_factory=dict)

    @property
    def on_record(self) -> OnRecord:
        """The days after which the active versions keep quiet."""
        return days_on_record(Recorded(one.rule, one.version, one.met_on) for one in self.findings)


def is_earlier(rule: str, version: int) -> bool:
    """Whether it is an earlier version that can still say what it finds."""
    return version == 1 and rule in VERSION_1


def days_on_record(recorded: Iterable[Recorded]) -> OnRecord:
    """The days of findings of earlier versions, by what their rules count as when it comes to alerting again."""
    days: dict[str, list[int]] = {}
    for one in recorded:
        if is_earlier(one.rule, one.version):
            days.setdefault(family_of(RULES[one.rule]), []).append(one.met_on.toordinal())
    return days


def still_found(case: Case, recorded: Collection[Recorded], *, last_day: int) -> StillFound:
    """Which of the findings on record their version would still make up to a day, in the case that asks version 1."""
    known = [one for one in recorded if is_earlier(one.rule, one.version)]
    families = {family_of(VERSION_1[one.rule]) for one in known}
    held = {rule: held_days(rule, case, last_day) for rule in VERSION_1.values() if family_of(rule) in families}
    return StillFound(
        tuple(finding_of(rule.evaluate(case, day)) for rule, day in _near(held, case, known)),
        {rule.id: tuple(map(date.fromordinal, days)) for rule, days in held.items()},
    )


def _near(held: Mapping[Rule, Sequence[int]], case: Case, known: Iterable[Recorded]) -> Iterator[tuple[Rule, int]]:
    """What is found now on the day of one on record, or so near that an edit only moved it."""
    days: dict[str, list[int]] = {}
    for one in known:
        days.setdefault(one.rule, []).append(one.met_on.toordinal())
    for rule, day in finding_days(held, case):
        if any(abs(day - other) <= GAP[rule.tier] for other in days.get(rule.id, ())):
            yield rule, day
