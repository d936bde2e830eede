"""What a rule is: a permanent id, a version, a tier, its source, and the checks that make it hold.

A rule's file says its thresholds and composes its checks from the words of the package; this module says once what
all rules share: that every check must be met, and that an assessment in force asks for change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from alerts.rules.case import Case
from alerts.rules.checks import Check, Facts
from alerts.rules.in_force import assessment_in_force
from alerts.rules.tiers import Tier
from alerts.rules.treatment_record import TrialEvidence

CHANGED = "changed_since_assessment"
"""The name of the check that a rule adds while a doctor's assessment is in force."""


def the_day(_case: Case, day: int) -> tuple[int, ...]:
    """For rules that are based on what one day says."""
    return (day,)


def no_trials(_case: Case, _day: int) -> tuple[TrialEvidence, ...]:
    """For rules that do not look at treatments."""
    return ()


def nothing_compared(_case: Case, _day: int, _since: int) -> Facts:
    """For rules whose change is more than a value beside another."""
    return {}


Checks = Callable[[Case, int], Iterator[Check]]
"""What must be so on the day, cheapest first: the rule stops at the first check that is not met."""


@dataclass(frozen=True, slots=True)
class NarrowedChecks:
    """Checks that can all be met only on some days of a diary, which are found in one pass over it."""

    checks: Checks
    days: Callable[[Case], Set[int]]
    exact: bool
    """They are all met on these days, each of them."""

    def __call__(self, case: Case, day: int) -> Iterator[Check]:
        return self.checks(case, day)


def only_on(days: Callable[[Case], Set[int]]) -> Callable[[Checks], NarrowedChecks]:
    """Says of a rule's checks on which days alone they can be met: rather too many than one too few.

    It changes no answer: screening every date of a diary asks about these days and passes over the others.
    """
    return lambda checks: NarrowedChecks(checks, days, exact=False)


def exactly_on(days: Callable[[Case], Set[int]]) -> Callable[[Checks], NarrowedChecks]:
    """Says of a rule's checks on which days they are all met: screening every date need not ask them one by one."""
    return lambda checks: NarrowedChecks(checks, days, exact=True)


def days_saying(*symptoms: str) -> Callable[[Case], Set[int]]:
    """The days that say yes to any of these symptoms."""
    return lambda case: case.days_saying(symptoms)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule on one day: met or not, and why. Days are day numbers."""

    rule: Rule
    day: int
    met: bool
    checks: tuple[Check, ...]
    days: tuple[int, ...]
    trials: tuple[TrialEvidence, ...]

    @property
    def missing(self) -> tuple[Check, ...]:
        """The checks that are not met: the answer to "why no alert?"."""
        return tuple(check for check in self.checks if not check.met)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule, a pure function of a case and a day."""

    id: str
    version: int
    tier: Tier
    source: str
    checks: Checks
    rests_on: Callable[[Case, int], Iterable[int]]
    """The days a finding of that day is based on."""
    changed: Callable[[Case, int, int], Sequence[str]] | None = None
    """What changed between a visit and the day; `None` for a rule that asks for no change."""
    compared: Callable[[Case, int, int], Facts] = nothing_compared
    """What `changed` compared with what, for the evidence."""
    in_force: Callable[[Case, int], int | None] = assessment_in_force
    """The assessment since which it must have changed."""
    trials: Callable[[Case, int], tuple[TrialEvidence, ...]] = no_trials
    family: str = ""
    """Rules of one family count as one when it comes to alerting again."""
    about_an_event: bool = False
    """Alerts once an event instead of keeping quiet for half a year; a visit does not hold it back."""
    reach: int = 0
    """So many days after an event the rule can still be met because of it."""
    asks: tuple[Rule, ...] = ()
    """The rules on which it depends: it asks whether they hold."""

    def holds(self, case: Case, day: int) -> bool:
        """Whether the rule's condition is true on the day, in the version that the case asks."""
        possible = case.possible.get(self.id)
        if possible is not None and day not in possible:
            return False
        key = (self.id, day)
        held: bool | None = case.memory.get(key)
        if held is None:
            held = case.memory[key] = case.versions.get(self.id, self)._met(case, day)
        return held

    def meets_own_conditions(self, case: Case, day: int) -> bool:
        """Whether it would hold had no doctor looked at it, in the version that the case asks."""
        possible = case.possible.get(self.id)
        if possible is not None and day not in possible:
            return False
        return case.versions.get(self.id, self)._checks_met(case, day)

    def possible_days(self, case: Case) -> Set[int] | None:
        """The only days on which the rule can hold; `None` when it may be any."""
        checks = case.versions.get(self.id, self).checks
        if isinstance(checks, NarrowedChecks) and self.id not in case.possible:
            case.possible[self.id] = checks.days(case)
        return case.possible.get(self.id)

    def evaluate(self, case: Case, day: int) -> Outcome:
        """The same with the reason: every check, met or not, and what it is based on."""
        checks = (*self.checks(case, day), *self._change_checks(case, day))
        return Outcome(
            rule=self,
            day=day,
            met=all(check.met for check in checks),
            checks=checks,
            days=tuple(sorted(set(self.rests_on(case, day)))),
            trials=self.trials(case, day),
        )

    def _checks_met(self, case: Case, day: int) -> bool:
        known = isinstance(self.checks, NarrowedChecks) and self.checks.exact and self.id in case.possible
        return known or all(check.met for check in self.checks(case, day))

    def _met(self, case: Case, day: int) -> bool:
        if not self._checks_met(case, day):
            return False
        return not case.assessments or all(check.met for check in self._change_checks(case, day))

    def _change_checks(self, case: Case, day: int) -> Iterator[Check]:
        """While an assessment is in force: what changed since, for a rule that asks for change."""
        since = self.in_force(case, day) if self.changed is not None else None
        if self.changed is not None and since is not None:
            changes = list(self.changed(case, day, since))
            seen: Facts = {"since": date.fromordinal(since).isoformat(), "found": changes}
            yield Check(CHANGED, bool(changes), lambda: {**seen, **self.compared(case, day, since)})
