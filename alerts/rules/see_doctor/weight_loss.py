"""Weight lost without meaning to.

5 % in half a year to a year, or 3 % in about three months beside back pain. Medians on both sides, so that one wrong
reading changes nothing; people who are losing weight on purpose are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, at_least, both, either, is_so
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.tiers import Tier
from alerts.rules.weights import (
    BACK_PAIN,
    LONG_AGO,
    LONG_LOSS,
    SHORT_AGO,
    SHORT_LOSS,
    days_lost_three_percent,
    days_of_a_loss,
    loss_new_since,
    lost_five_percent,
    lost_share,
    not_on_purpose,
    weighed_days,
)


def _days_of_either(case: Case) -> set[int]:
    """Either loss, not on purpose."""
    days = days_of_a_loss(case)
    return {day for day in days if lost_five_percent(case, day)} | days_lost_three_percent(case) if days else days


@exactly_on(_days_of_either)
def checks(case: Case, day: int) -> Iterator[Check]:
    """Either loss, not on purpose."""
    yield either(
        "loss",
        at_least("lost_since_half_a_year", lost_share(case, day, LONG_AGO), LONG_LOSS),
        both(
            "with_back_pain",
            at_least("lost_since_three_months", lost_share(case, day, SHORT_AGO), SHORT_LOSS),
            BACK_PAIN.check("back_pain", case.back_pain, day),
        ),
    )
    yield is_so("not_on_purpose", not_on_purpose(case))


def changed(case: Case, _day: int, since: int) -> list[str]:
    """Neither loss was there on any of the 28 days up to the visit."""
    return ["weight_loss"] if loss_new_since(case, since) else []


RULE = Rule(
    id="weight_loss",
    version=2,
    tier=Tier.SEE_DOCTOR,
    source="NICE NG12 (unexplained weight loss); Hamilton 2005 (CAPER)",
    checks=checks,
    rests_on=weighed_days,
    changed=changed,
)
