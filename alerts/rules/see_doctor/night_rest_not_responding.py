"""Pain at night or at rest that a proper treatment did not help: the core rule.

Ordinary back pain eases with rest and responds to treatment; the pain of a tumour in the spine does neither. Night
pain alone says little (44 % of a back-pain clinic had it, none with serious pathology: Harding 2005), so the rule
asks for the pattern over weeks together with at least one adequate treatment that did not help.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, at_least
from alerts.rules.night_rest import FAMILY, change_compared, changed_since, pattern_checks, pattern_days, positive_days
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.tiers import Tier
from alerts.rules.treatment_record import not_responded, trials_on

FAILED_TRIALS = 1
"""One adequate treatment that did not help is enough; more only enrich the text."""


def _days_of_pattern_and_trial(case: Case) -> set[int]:
    """The night/rest pattern, and a trial that counts as not responded."""
    return {day for day in pattern_days(case) if not_responded(case, day)}


@exactly_on(_days_of_pattern_and_trial)
def checks(case: Case, day: int) -> Iterator[Check]:
    """The night/rest pattern, and a trial that counts as not responded."""
    yield from pattern_checks(case, day)
    yield at_least("trials_not_responded", len(not_responded(case, day)), FAILED_TRIALS)


RULE = Rule(
    id="night_rest_not_responding",
    version=2,
    tier=Tier.SEE_DOCTOR,
    source="IFOMPT red-flags framework (Finucane 2020); response after Farrar 2001; Harding 2005",
    checks=checks,
    rests_on=positive_days,
    changed=changed_since,
    compared=change_compared,
    trials=trials_on,
    family=FAMILY,
)
