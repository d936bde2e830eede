"""Screening: a history goes in, findings come out. Pure; the clock is the caller's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

from alerts.rules.case import Case
from alerts.rules.checks import is_so
from alerts.rules.earlier import VERSION_1, Recorded, StillFound, days_on_record, is_earlier, still_found
from alerts.rules.episodes import finding_days, held_days
from alerts.rules.findings import Finding, finding_of
from alerts.rules.history import History
from alerts.rules.registry import DANGER_SIGNS, RULES
from alerts.rules.rule import Outcome, Rule


@dataclass(frozen=True, slots=True)
class Screening:
    """Everything found in a diary, and the dates on which each rule held (by rule id, in order)."""

    findings: tuple[Finding, ...] = ()
    held: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    earlier: StillFound = field(default_factory=StillFound)
    """What earlier versions found, which is among the findings too."""

    def held_by(self, finding: Finding) -> tuple[date, ...]:
        """The dates on which the rule held in the version that found it."""
        return (self.earlier.held if finding in self.earlier.findings else self.held)[finding.rule]


def screen(history: History, *, as_of: date | None = None, rules: Mapping[str, Rule] = RULES) -> tuple[Finding, ...]:
    """Every finding of the diary up to `as_of` (the last date of an entry or event), by date and rule.

    `rules` may hold candidate versions (`registry.rules_with`); rules that depend on them see them too.
    """
    return screen_all(history, as_of=as_of, rules=rules).findings


def screen_all(
    history: History,
    *,
    as_of: date | None = None,
    rules: Mapping[str, Rule] = RULES,
    on_record: Collection[Recorded] = (),
) -> Screening:
    """The findings together with the dates on which each rule held.

    `on_record` are findings that were kept: those of earlier versions of the rules are found as these would find them.
    """
    case = Case(history if as_of is None else history_up_to(history, as_of), versions=rules, whole=True)
    last_day = case.last_day if as_of is None else as_of.toordinal()
    if last_day is None:
        return Screening()
    earlier = _earlier(case, on_record, last_day)
    case.on_record = earlier.on_record
    found = screening_of(case, {rule: held_days(rule, case, last_day) for rule in rules.values()})
    case.forget()
    if not earlier.findings:
        return found
    findings = sorted((*found.findings, *earlier.findings), key=lambda one: (one.met_on, one.rule))
    return Screening(tuple(findings), found.held, earlier)


def _earlier(case: Case, on_record: Collection[Recorded], last_day: int) -> StillFound:
    if not any(is_earlier(one.rule, one.version) for one in on_record):
        return StillFound()
    before = case.with_versions({**case.versions, **VERSION_1})
    found = still_found(before, on_record, last_day=last_day)
    before.forget()
    return found


def screening_of(case: Case, held: Mapping[Rule, Sequence[int]]) -> Screening:
    """What is found where the rules hold on these days: of the whole diary, or of whole episodes of danger rules."""
    found = sorted(finding_days(held, case), key=lambda pair: (pair[1], pair[0].id))
    findings = tuple(finding_of(rule.evaluate(case, day)) for rule, day in found)
    return Screening(findings, {rule.id: tuple(map(date.fromordinal, days)) for rule, days in held.items()})


def held_within(
    case: Case, *, rules: Iterable[Rule], spans: Sequence[tuple[date, date]]
) -> Mapping[Rule, Sequence[int]]:
    """The days of these spans, in order of time, on which each of the danger rules holds.

    The case need only hold the spans and the fortnight before each.
    """
    firsts = [first.toordinal() for first, _ in spans]
    lasts = [last.toordinal() for _, last in spans]
    return {rule: [day for day in held_days(rule, case, lasts[-1]) if _is_within(day, firsts, lasts)] for rule in rules}


def _is_within(day: int, firsts: Sequence[int], lasts: Sequence[int]) -> bool:
    span = bisect_right(firsts, day) - 1
    return span >= 0 and day <= lasts[span]


def danger_signs(history: History, *, on: Iterable[date]) -> tuple[Finding, ...]:
    """The emergency and urgent rules met on the dates that a write touched.

    The history need only hold the fortnight before these dates and three days after. An event on one of them is also
    looked at on the days after it that it can reach.
    """
    case = Case(history)
    touched = {day.toordinal() for day in on}
    met = [(day, rule) for rule in DANGER_SIGNS for day in _in_question(rule, case, touched) if rule.holds(case, day)]
    return tuple(
        finding_of(rule.evaluate(case, day)) for day, rule in sorted(met, key=lambda pair: (pair[0], pair[1].id))
    )


def rules_on(history: History, *, on: date, on_record: Iterable[Recorded] = ()) -> tuple[Outcome, ...]:
    """Each rule on one date: met or not, its counts and what is missing. Sees nothing later than the date.

    `on_record` are findings that were kept, also of earlier versions.
    """
    case = Case(history_up_to(history, on), on_record=days_on_record(on_record))
    return tuple(_outcome_on(rule, case, on.toordinal()) for rule in RULES.values())


def rules_holding(history: History, *, on: date) -> tuple[str, ...]:
    """The ids of the rules that hold on one date, without the reasons."""
    case = Case(history_up_to(history, on))
    return tuple(rule.id for rule in RULES.values() if _holds_on(rule, case, on.toordinal()))


def history_up_to(history: History, as_of: date) -> History:
    """The history without anything recorded for a later date."""
    return replace(
        history,
        entries=tuple([entry for entry in history.entries if entry.date <= as_of]),
        treatments=tuple(record for record in history.treatments if record.started_on <= as_of),
        events=tuple(event for event in history.events if event.date <= as_of),
    )


def _in_question(rule: Rule, case: Case, touched: set[int]) -> Set[int]:
    """The touched days, and those that an event on one of them reaches, on which the rule can hold."""
    days, possible = touched | _reached(rule, case, touched), rule.possible_days(case)
    return days if possible is None else days & possible


def _reached(rule: Rule, case: Case, touched: set[int]) -> set[int]:
    if not rule.reach or not case.history.events:
        return set()
    events = {event.date.toordinal() for event in case.history.events} & touched
    return {event + after for event in events for after in range(1, rule.reach + 1)}


def _holds_on(rule: Rule, case: Case, day: int) -> bool:
    """Whether the rule holds, having begun to on a day that something was recorded about."""
    if not case.recorded_days:
        return False
    begun = case.recorded_days[-1]
    return all(rule.holds(case, each) for each in range(begun, day + 1))


def _outcome_on(rule: Rule, case: Case, day: int) -> Outcome:
    outcome = rule.evaluate(case, day)
    if outcome.met and not _holds_on(rule, case, day):
        return replace(outcome, met=False, checks=(*outcome.checks, is_so("new_entry", answer=False)))
    return outcome
