"""Which rules alert: in ordinary pain by standing and by whether they are true, and first in people with a tumour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.scoring.figure import SEE_DOCTOR, SENT, first_found, of_tiers
from evaluation.scoring.person import Scored


@dataclass(frozen=True, slots=True)
class RuleShare:
    """How often one rule alerts in ordinary pain, and is the first to find a tumour."""

    rule: str
    assessed: int
    older: int
    not_yet: int
    false: int
    """Of all these, rule-false."""
    assessed_false: int
    """Of those while assessed, rule-false."""
    first: int
    """People with a tumour whom this rule alerts first, before the diagnosis."""


def by_rule(benign: Sequence[Scored], malignant: Sequence[Scored]) -> list[RuleShare]:
    """Every rule that alerts, the one that alerts most in ordinary pain first."""
    alerts = [alert for one in benign for alert in of_tiers(one.alerts, SEE_DOCTOR)]
    standings = Counter((alert.rule, alert.standing) for alert in alerts)
    false = Counter(alert.rule for alert in alerts if not alert.true)
    assessed_false = Counter(alert.rule for alert in alerts if alert.standing == "assessed" and not alert.true)
    firsts = Counter(
        alert.rule
        for one in malignant
        if (alert := first_found(one.alerts, SENT)) is not None and alert.found < (one.diagnosis or 0)
    )
    often = Counter(alert.rule for alert in alerts)
    rules = sorted({*often, *firsts}, key=lambda rule: (-often[rule], -firsts[rule], rule))
    return [
        RuleShare(
            rule=rule,
            assessed=standings[rule, "assessed"],
            older=standings[rule, "older"],
            not_yet=standings[rule, "not yet"],
            false=false[rule],
            assessed_false=assessed_false[rule],
            first=firsts[rule],
        )
        for rule in rules
    ]
