"""What candidate versions of rules change in one diary: the alerts it would have more, and those it would have less.

Only what can differ is looked at. A candidate whose own conditions are met on no day, where those of the active version
are not either, changes nothing; and one that holds on the same days changes nothing for the rules that ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal, NamedTuple

from alerts.rules.case import Case
from alerts.rules.check_up import check_up_due
from alerts.rules.earlier import VERSION_1
from alerts.rules.episodes import finding_days, held_days
from alerts.rules.history import History
from alerts.rules.registry import RULES, rules_with
from alerts.rules.rule import Rule
from alerts.rules.tiers import Tier

Change = Literal["gained", "lost"]
Alerts = Mapping[tuple[str, Tier, int], Rule]
"""The rule that alerts, by its id and tier and the day."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An alert that is met on the date by the candidates alone (gained) or by the active rules alone (lost).

    `version` is that of the rule that meets it.
    """

    change: Change
    rule: str
    version: int
    tier: str
    met_on: date


def differences(history: History, candidates: Sequence[Rule]) -> tuple[Difference, ...]:
    """What is found with the candidates and not without them, and the other way round, by date and rule."""
    now = Case(history, whole=True)
    then = now.with_versions({candidate.id: candidate for candidate in candidates})
    active = [RULES[candidate.id] for candidate in candidates]
    met = [_days_met(rule, now) for rule in active]
    meeting = [_days_met(candidate, then) for candidate in candidates]
    pairs = zip(active, candidates, met, meeting, strict=True)
    same = {one.id for rule, one, *days in pairs if days[0] == days[1] is not None and _asks_the_same(rule, one, now)}
    changes: list[Difference] = []
    if any(days is None or days.own for days in met + meeting):
        affected, versions = affected_by(candidates, on_the_same_days=same), rules_with(*candidates)
        lost, gained = (_alerts(case, affected, rules) for case, rules in ((now, RULES), (then, versions)))
        changes = [*_only_in(gained, lost, "gained"), *_only_in(lost, gained, "lost")]
    for case in (now, then):
        case.forget()
    return tuple(sorted(changes, key=lambda one: (one.met_on, one.rule, one.change)))


def differences_since_version_1(history: History) -> tuple[Difference, ...]:
    """The same between version 1 of the rules that ask for change, without any check-up, and the active rules."""
    then = Case(history, whole=True)
    if not then.assessments:
        return ()
    affected = [rule for rule in affected_by(VERSION_1.values()) if rule != check_up_due.RULE.id]
    before = _alerts(then.with_versions(VERSION_1), affected, {**RULES, **VERSION_1})
    now = _alerts(then, [*affected, check_up_due.RULE.id], RULES)
    then.forget()
    changes = [*_only_in(now, before, "gained"), *_only_in(before, now, "lost")]
    return tuple(sorted(changes, key=lambda one: (one.met_on, one.rule, one.change)))


def affected_by(candidates: Iterable[Rule], *, on_the_same_days: Set[str] = frozenset()) -> Sequence[str]:
    """The rules whose alerts the candidates can change, by id and in the order of all.

    They are the candidates' own; those that ask one of them, unless it holds on the same days as the active version;
    and those that count as one with any of these when it comes to alerting again.
    """
    versions = [*RULES.values(), *candidates]
    changed = {candidate.id for candidate in candidates}
    asked = changed - on_the_same_days
    while asked:
        asking = {rule.id for rule in versions if any(one.id in asked for one in rule.asks)}
        changed, asked = changed | asking, asking - changed
    families = {rule.family for rule in versions if rule.family and rule.id in changed}
    together = {rule.id for rule in versions if rule.family in families}
    return [rule for rule in RULES if rule in changed | together]


class _Met(NamedTuple):
    """Every day on which the rule holds, and on which it would had no doctor looked at it."""

    held: Set[int]
    own: Set[int]


def _days_met(rule: Rule, case: Case) -> _Met | None:
    """`None` when the rule does not say on which days it can hold."""
    _narrow(rule.asks, case)
    possible = rule.possible_days(case)
    if possible is None:
        return None
    held = {day for day in possible if rule.holds(case, day)}
    return _Met(held, {day for day in possible if rule.meets_own_conditions(case, day)} if case.assessments else held)


def _asks_the_same(rule: Rule, candidate: Rule, case: Case) -> bool:
    """Whether they alert again on the same change, where a doctor's visit makes another rule ask about that."""
    return not case.assessments or (rule.changed, rule.in_force) == (candidate.changed, candidate.in_force)


def _narrow(rules: Iterable[Rule], case: Case) -> None:
    """Find out in one pass on which days these can hold, before they are asked about each."""
    for rule in rules:
        rule.possible_days(case)


def _alerts(case: Case, affected: Sequence[str], versions: Mapping[str, Rule]) -> Alerts:
    rules, last_day = [versions[rule] for rule in affected], case.last_day
    _narrow(chain.from_iterable(rule.asks for rule in rules), case)
    held = {} if last_day is None else {rule: held_days(rule, case, last_day) for rule in rules}
    return {(rule.id, rule.tier, day): rule for rule, day in finding_days(held, case)}


def _only_in(alerts: Alerts, others: Alerts, change: Change) -> list[Difference]:
    return [
        Difference(change, rule.id, rule.version, rule.tier.value, date.fromordinal(day))
        for (id_, tier, day), rule in alerts.items()
        if (id_, tier, day) not in others
    ]
