"""Weight lost without meaning to, by more than scales err.

Scales err in kilograms and the rule counts in percent: for someone of 50 kg the smaller loss is 1.5 kg, twice what a
bathroom scale is off by. So the loss must also be at least 2 kg, and the older weights, like the newer ones, at least
three.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from alerts.rules.case import Case
from alerts.rules.checks import Check, at_least, both, either, is_so
from alerts.rules.remembering import remembered
from alerts.rules.rule import only_on
from alerts.rules.see_doctor import weight_loss
from alerts.rules.weights import (
    BACK_PAIN,
    LONG_AGO,
    LONG_LOSS,
    SHORT_AGO,
    SHORT_LOSS,
    days_of_a_loss,
    lost_share,
    not_on_purpose,
    weight_now,
)

LEAST_KILOGRAMS = 2.0
BEFORE_WEIGHTS = 3


@only_on(days_of_a_loss)
def checks(case: Case, day: int) -> Iterator[Check]:
    """Either loss, in percent and in kilograms, not on purpose."""
    yield either(
        "loss",
        both("since_half_a_year", *_losses(case, day, LONG_AGO, LONG_LOSS)),
        both(
            "since_three_months",
            *_losses(case, day, SHORT_AGO, SHORT_LOSS),
            BACK_PAIN.check("back_pain", case.back_pain, day),
        ),
    )
    yield is_so("not_on_purpose", not_on_purpose(case))


def _losses(case: Case, day: int, ago: tuple[int, int], share: float) -> tuple[Check, Check]:
    return (
        at_least("share", lost_share(case, day, ago), share),
        at_least("kilograms", _kilograms(case, day, ago), LEAST_KILOGRAMS),
    )


@remembered
def _kilograms(case: Case, day: int, ago: tuple[int, int]) -> float | None:
    """How much lighter than the median of at least three weights so many days ago."""
    then, now = case.weight.values_between(day - ago[1], day - ago[0]), weight_now(case, day)
    return None if now is None or len(then) < BEFORE_WEIGHTS else median(then) - now


RULE = replace(weight_loss.RULE, version=3, checks=checks)
