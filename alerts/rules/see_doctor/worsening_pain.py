"""Pain that climbs to a level not seen before and is still climbing.

Ordinary back pain goes up and down around a level (Dunn 2006); a tumour grows. The rule compares means of four weeks,
so that a flare of a fortnight does not meet it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from alerts.rules.case import Case
from alerts.rules.checks import Check, Facts, at_least, either, reaches
from alerts.rules.remembering import remembered
from alerts.rules.rule import Rule, only_on
from alerts.rules.tiers import Tier
from alerts.rules.words import VALUE_ANSWERS, VALUE_DAYS, risen_facts, risen_since, value_28

LONG_AGO_DAYS = 56
ABOVE_EARLIER = 2.0
"""Points above every mean that ended eight or more weeks ago: a level not seen before."""
RECENT_DAYS = 28
STILL_RISING = 0.5
"""Points from four-week mean to four-week mean: still rising, no flare."""
NIGHT_REST_SHARE = 0.50
AGE = 50
"""One of these must come on top: nights that hurt, or an age at which cancer is commoner."""
ABOVE_REFERENCE = 2.0


def _days_of_rise(case: Case) -> set[int]:
    """Those whose four-week mean is high enough above the two before it."""
    means = case.worst_pain.means(VALUE_DAYS, VALUE_ANSWERS)
    if not means or not reaches(max(means.values()) - min(means.values()), ABOVE_EARLIER):
        return set()
    return {
        day
        for day, now in means.items()
        if reaches(_rise(means.get(day - RECENT_DAYS), now), STILL_RISING)
        and reaches(_rise(means.get(day - LONG_AGO_DAYS), now), ABOVE_EARLIER)
    }


@only_on(_days_of_rise)
def checks(case: Case, day: int) -> Iterator[Check]:
    """A new level, reached steadily, with night pain or age."""
    now = value_28(case.worst_pain, day)
    a_month_ago = value_28(case.worst_pain, day - RECENT_DAYS)
    two_months_ago = value_28(case.worst_pain, day - LONG_AGO_DAYS)
    yield at_least("rise_in_last_28_days", _rise(a_month_ago, now), STILL_RISING)
    yield at_least("rise_in_28_days_before", _rise(two_months_ago, a_month_ago), STILL_RISING)
    yield at_least("above_highest_earlier_mean", _rise(_highest_mean(case, day - LONG_AGO_DAYS), now), ABOVE_EARLIER)
    yield either(
        "nights_or_age",
        at_least("night_rest_share", value_28(case.night_rest, day), NIGHT_REST_SHARE),
        at_least("age", case.age(day), AGE),
    )


def rests_on(case: Case, day: int) -> list[int]:
    """The scored days from the first of the three four-week means on."""
    return case.worst_pain.days_between(day - LONG_AGO_DAYS - VALUE_DAYS + 1, day)


def changed(case: Case, day: int, since: int) -> list[str]:
    """The four-week mean is 2 points above the reference."""
    return ["worst_pain"] if risen_since(case.worst_pain, since, day, ABOVE_REFERENCE) else []


def compared(case: Case, day: int, since: int) -> Facts:
    """The four-week mean beside its reference."""
    return {"worst_pain": risen_facts(case.worst_pain, since, day, ABOVE_REFERENCE)}


def _rise(then: float | None, now: float | None) -> float | None:
    return None if then is None or now is None else now - then


def _highest_mean(case: Case, day: int) -> float | None:
    """The highest 28-day mean that ended on or before the day."""
    ended_on, highest = _highest_means(case)
    before = bisect_right(ended_on, day)
    return highest[before - 1] if before else None


@remembered
def _highest_means(case: Case) -> tuple[list[int], list[float]]:
    """The days on which a 28-day mean ends, and the highest mean up to each."""
    means = case.worst_pain.means(VALUE_DAYS, VALUE_ANSWERS)
    return list(means), list(accumulate(means.values(), max))


RULE = Rule(
    id="worsening_pain",
    version=2,
    tier=Tier.SEE_DOCTOR,
    source="IFOMPT red-flags framework (Finucane 2020, progressive pain); Dunn 2006; Farrar 2001",
    checks=checks,
    rests_on=rests_on,
    changed=changed,
    compared=compared,
)
