"""What is news about a danger sign, case by case: what was done about it, which sign, and on which day."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest

from alerts.raising.news import Acted, Sighting, news
from alerts.rules.tiers import Tier

TODAY = date(2026, 6, 30)
EMERGENCY, URGENT = Tier.EMERGENCY, Tier.URGENT
NUMB, WEAK = "saddle_numbness", "both_legs_weak"

Days = dict[str, list[int]]
"""Signs with the days on which they were noted, in days from today."""


class Case(NamedTuple):
    """What was on record when someone acted, what there is now, and which of it is news."""

    says: str
    on_record: Days
    now: Days
    news: Days


def dated(days: Days) -> dict[str, list[date]]:
    return {sign: [TODAY + timedelta(days=day) for day in all_of_it] for sign, all_of_it in days.items()}


def told(case: Case, acted: Acted, tier: Tier) -> Days:
    found: Days = {}
    for sighting in news(signs=dated(case.now), on_record=dated(case.on_record), acted=acted, tier=tier):
        found.setdefault(sighting.sign, []).append((sighting.day - TODAY).days)
    return found


def each(case: Case, *who: tuple[Acted, Tier]) -> list[object]:
    return [pytest.param(case, acted, tier, id=f"{case.says}, {acted}, {tier}") for acted, tier in who]


EVERYONE = [(acted, tier) for acted in Acted for tier in (EMERGENCY, URGENT)]
TAKEN_ON = [Acted.NOTHING, Acted.ACKNOWLEDGED]
"""As long as no one has acted what was told counts like what was taken on."""

ALWAYS = [
    Case("another sign the same day", {NUMB: [0]}, {NUMB: [0], WEAK: [0]}, {WEAK: [0]}),
    Case("another sign the next day", {NUMB: [0]}, {NUMB: [0], WEAK: [1]}, {WEAK: [1]}),
    Case("another sign for a day before", {NUMB: [0]}, {NUMB: [0], WEAK: [-3]}, {WEAK: [-3]}),
    Case("two other signs", {NUMB: [0]}, {NUMB: [0], WEAK: [0], "collapse": [1]}, {WEAK: [0], "collapse": [1]}),
    Case("a sign where none was on record", {}, {NUMB: [0]}, {NUMB: [0]}),
    Case("a sign whose days were all edited away", {NUMB: [], WEAK: [0]}, {NUMB: [0], WEAK: [0]}, {NUMB: [0]}),
]
NEVER = [
    Case("a repeated write", {NUMB: [0]}, {NUMB: [0]}, {}),
    Case("a repeated write of two signs", {NUMB: [-1, 0], WEAK: [0]}, {NUMB: [-1, 0], WEAK: [0]}, {}),
    Case("a day that was edited away", {NUMB: [-1, 0]}, {NUMB: [0]}, {}),
    Case("a sign that was edited away", {NUMB: [0], WEAK: [0]}, {NUMB: [0]}, {}),
    Case("the same sign on an earlier day, filled in later", {NUMB: [0]}, {NUMB: [-2, 0]}, {}),
    Case("nothing at all", {NUMB: [0]}, {}, {}),
]
A_LATER_DAY = [
    Case("the next day", {NUMB: [0]}, {NUMB: [0, 1]}, {NUMB: [1]}),
    Case("a day within the fortnight", {NUMB: [0]}, {NUMB: [0, 14]}, {NUMB: [14]}),
    Case("two later days at once", {NUMB: [0]}, {NUMB: [0, 1, 2]}, {NUMB: [1, 2]}),
]
ONCE_A_DAY = [
    Case("the same sign on a day that another sign brought on record", {NUMB: [0], WEAK: [1]}, {NUMB: [0, 1]}, {}),
    Case("the same sign between two days on record", {NUMB: [0], WEAK: [3]}, {NUMB: [0, 2], WEAK: [3]}, {}),
]
GONE_FOR_A_FORTNIGHT = [
    Case("15 days after the last", {NUMB: [0]}, {NUMB: [0, 15]}, {NUMB: [15]}),
    Case("months after the last", {NUMB: [-1, 0]}, {NUMB: [-1, 0, 100]}, {NUMB: [100]}),
    Case("away once, and there since", {NUMB: [0]}, {NUMB: [0, 20, 21, 22]}, {NUMB: [20]}),
    Case("away, whichever other sign was there", {NUMB: [0], WEAK: [0]}, {NUMB: [0, 15], WEAK: [0, 9]}, {NUMB: [15]}),
]
STILL_THERE = [
    Case("the next day", {NUMB: [0]}, {NUMB: [0, 1]}, {}),
    Case("after 13 days without it", {NUMB: [0]}, {NUMB: [0, 14]}, {}),
    Case("every fourth day for two months", {NUMB: [0]}, {NUMB: list(range(0, 60, 4))}, {}),
    Case("a fortnight away, long before the doctor looked", {NUMB: [-30, 0]}, {NUMB: [-30, -15, 0]}, {}),
]

TABLE = [
    *(param for case in ALWAYS for param in each(case, *EVERYONE)),
    *(param for case in NEVER for param in each(case, *EVERYONE)),
    *(param for case in A_LATER_DAY for acted in TAKEN_ON for param in each(case, (acted, EMERGENCY))),
    *(param for case in A_LATER_DAY for acted in TAKEN_ON for param in each(case._replace(news={}), (acted, URGENT))),
    *(param for case in A_LATER_DAY for tier in (EMERGENCY, URGENT) for param in each(case, (Acted.NOT_SEEN, tier))),
    *(param for case in ONCE_A_DAY for param in each(case, *EVERYONE)),
    *(p for case in GONE_FOR_A_FORTNIGHT for tier in (EMERGENCY, URGENT) for p in each(case, (Acted.OUTCOME, tier))),
    *(p for case in STILL_THERE for tier in (EMERGENCY, URGENT) for p in each(case, (Acted.OUTCOME, tier))),
]


@pytest.mark.parametrize(("case", "acted", "tier"), TABLE)
def test_what_is_news(case: Case, acted: Acted, tier: Tier) -> None:
    assert told(case, acted, tier) == case.news


@pytest.mark.parametrize("acted", Acted)
def test_the_order_of_the_signs_does_not_matter(acted: Acted) -> None:
    now, record = dated({NUMB: [0, 1], WEAK: [2]}), dated({NUMB: [0]})
    there = news(signs=now, on_record=record, acted=acted, tier=EMERGENCY)
    back = news(signs=dict(reversed(now.items())), on_record=record, acted=acted, tier=EMERGENCY)
    assert sorted(there) == sorted(back)
    assert Sighting(WEAK, TODAY + timedelta(days=2)) in there
