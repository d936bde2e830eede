"""Weight that was lost, by medians, so that one wrong reading changes nothing."""

from __future__ import annotations

from statistics import fmean, median

from alerts.rules.case import Case
from alerts.rules.checks import Quota, reaches
from alerts.rules.remembering import remembered

NOW_DAYS = 28
NOW_WEIGHTS = 3
NOW_DAYS_APART = 7

ENOUGH_NOW = Quota(days=NOW_DAYS, answers=NOW_WEIGHTS, share=0)
"""How many weights there are, whatever they are."""

LONG_AGO = (183, 365)
"""Days ago, both included: half a year to a year."""
LONG_LOSS = 0.05
"""5 % in six to twelve months is the usual definition of unintended weight loss."""

SHORT_AGO = (76, 104)
"""Days ago, both included: about three months."""
SHORT_LOSS = 0.03
BEFORE_WEIGHTS = 2

ENOUGH_BEFORE = {
    nearest: Quota(days=farthest - nearest + 1, answers=BEFORE_WEIGHTS, share=0)
    for nearest, farthest in (SHORT_AGO, LONG_AGO)
}
"""Likewise so many days ago."""

BACK_PAIN = Quota(days=28, answers=1, share=0.50)
"""The smaller loss counts only beside back pain."""


@remembered
def days_of_a_loss(case: Case) -> set[int]:
    """The only days on which a loss can be told, now and before; none when it is on purpose."""
    weights = sorted(case.weight.values)
    if not not_on_purpose(case) or len(weights) < NOW_WEIGHTS + BEFORE_WEIGHTS:
        return set()
    # A median of three is not below the second lowest, and one of two not above the mean of the highest two.
    if not reaches(1 - weights[1] / fmean(weights[-2:]), SHORT_LOSS):
        return set()
    weighed_over = case.weight.days[-1] - case.weight.days[0]
    before = {
        day + nearest
        for nearest, enough in ENOUGH_BEFORE.items()
        if weighed_over > nearest - NOW_DAYS
        for day in enough.days_met(case.weight)
    }
    return before & ENOUGH_NOW.days_met(case.weight) if before else before


@remembered
def weight_now(case: Case, day: int) -> float | None:
    """The median of at least three weights of the last 28 days, the first and last at least 7 days apart."""
    weights = case.weight
    now = weights.values_between(day - NOW_DAYS + 1, day)
    if len(now) < NOW_WEIGHTS:
        return None
    weighed = weights.days_between(day - NOW_DAYS + 1, day)
    return median(now) if weighed[-1] - weighed[0] >= NOW_DAYS_APART else None


def weight_before(case: Case, day: int, ago: tuple[int, int]) -> float | None:
    """The median of at least two weights so many days ago."""
    then = case.weight.values_between(day - ago[1], day - ago[0])
    return median(then) if len(then) >= BEFORE_WEIGHTS else None


@remembered
def lost_share(case: Case, day: int, ago: tuple[int, int]) -> float | None:
    """The share of the weight then that is gone now; negative for a gain."""
    now = weight_now(case, day)
    then = weight_before(case, day, ago) if now is not None else None
    return None if now is None or then is None else 1 - now / then


@remembered
def lost_three_percent(case: Case, day: int) -> bool:
    """At least 3 % in about three months beside back pain, not on purpose."""
    return (
        not_on_purpose(case)
        and reaches(lost_share(case, day, SHORT_AGO), SHORT_LOSS)
        and BACK_PAIN.met(case.back_pain, day)
    )


@remembered
def days_lost_three_percent(case: Case) -> set[int]:
    """All days on which it is so."""
    return {day for day in days_of_a_loss(case) if lost_three_percent(case, day)}


@remembered
def lost_five_percent(case: Case, day: int) -> bool:
    """At least 5 % in half a year to a year, not on purpose."""
    return not_on_purpose(case) and reaches(lost_share(case, day, LONG_AGO), LONG_LOSS)


@remembered
def loss_new_since(case: Case, since: int) -> bool:
    """Neither loss held on any of the 28 days up to the visit."""
    return not any(
        lost_three_percent(case, day) or lost_five_percent(case, day) for day in range(since - NOW_DAYS + 1, since + 1)
    )


def weighed_days(case: Case, day: int) -> list[int]:
    """The days weighed that a loss is based on, now and then."""
    spans = [(day - NOW_DAYS + 1, day), *((day - ago[1], day - ago[0]) for ago in (SHORT_AGO, LONG_AGO))]
    return [weighed for first, last in spans for weighed in case.weight.days_between(first, last)]


def not_on_purpose(case: Case) -> bool:
    """Unless the person says that they are trying to lose weight; unanswered is not a yes."""
    return case.profile.losing_weight_on_purpose is not True
