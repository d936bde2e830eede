"""One episode, one alert: which of the days on which a rule holds become findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from alerts.rules.assessments import any_after
from alerts.rules.case import Case
from alerts.rules.rule import Rule
from alerts.rules.tiers import Tier

GAP: Mapping[Tier, int] = {
    Tier.EMERGENCY: 14,
    Tier.URGENT: 14,
    Tier.SEE_DOCTOR: 28,
    Tier.CHECK_UP: 364,
    Tier.WATCH: 28,
}
"""Days on which a rule holds belong to one episode when they are at most so many days apart."""

QUIET_DAYS: Mapping[Tier, int] = {Tier.SEE_DOCTOR: 180, Tier.CHECK_UP: 365}
"""Rules of these tiers are quiet for so long after a finding, unless something changed."""
CHANGE_FROM = 28
"""So many days after an alert change since it can alert again."""


def held_days(rule: Rule, case: Case, as_of: int) -> list[int]:
    """The days up to `as_of` on which the rule holds.

    Time alone never makes a rule hold: it begins to hold only on a day that something was recorded about, and goes on
    over days without an entry for as long as its condition stays true.
    """
    recorded = case.recorded
    held: list[int] = []
    for day in _days_to_ask_about(rule, case, as_of):
        begun = day in recorded or (held and held[-1] == day - 1)
        if begun and rule.holds(case, day):
            held.append(day)
    return held


def _days_to_ask_about(rule: Rule, case: Case, as_of: int) -> Sequence[int]:
    possible = rule.possible_days(case)
    if possible is None:
        return range(case.recorded_days[0], as_of + 1) if case.recorded_days else ()
    return sorted([day for day in possible if day <= as_of]) if possible else ()


def finding_days(held: Mapping[Rule, Sequence[int]], case: Case) -> Iterator[tuple[Rule, int]]:
    """Each rule with the days on which it is found, given the days on which it holds."""
    quiet = [rule for rule in held if held[rule] and _keeps_quiet(rule)]
    for rule in held:
        if held[rule] and rule not in quiet:
            yield from ((rule, day) for day in _episode_starts(rule, held[rule], case))
    for _, family in groupby(sorted(quiet, key=family_of), key=family_of):
        yield from _first_and_changed(family, held, case)


def _keeps_quiet(rule: Rule) -> bool:
    return rule.tier in QUIET_DAYS and not rule.about_an_event


def family_of(rule: Rule) -> str:
    """What it counts as when it comes to alerting again."""
    return rule.family or rule.id


def _episode_starts(rule: Rule, held: Sequence[int], case: Case) -> Iterator[int]:
    """The first day of each episode."""
    last: int | None = None
    for day in held:
        if last is None or day - last > GAP[rule.tier] or _visited(rule, case, last, day):
            yield day
        last = day


def _visited(rule: Rule, case: Case, last: int, day: int) -> bool:
    """A visit begins a new episode of a rule that is about an event."""
    return rule.about_an_event and any_after(case.visits, last, day)


def _first_and_changed(
    family: Iterator[Rule], held: Mapping[Rule, Sequence[int]], case: Case
) -> Iterator[tuple[Rule, int]]:
    """The first day that a rule of the family holds, and those on which it may alert again."""
    recorded = case.recorded
    holding = sorted(((day, rule) for rule in family for day in held[rule]), key=lambda pair: pair[0])
    on_record = case.on_record.get(family_of(holding[0][1]), ())
    last: int | None = None
    for day, rule in holding:
        known = [other for other in (last, *on_record) if other is not None and other <= day]
        if day in recorded and (not known or _alerts_again(rule, case, max(known), day)):
            yield rule, day
            last = day


def _alerts_again(rule: Rule, case: Case, last: int, day: int) -> bool:
    """After the quiet time; after a newer assessment, since which the rule itself has found change; or on change."""
    if day - last >= QUIET_DAYS[rule.tier] or any_after(case.assessments, last, day):
        return True
    return day - last >= CHANGE_FROM and rule.changed is not None and bool(rule.changed(case, day, last))
