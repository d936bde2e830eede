import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from alerts.rules.findings import finding_as_dict
from alerts.rules.history import History, Treatment
from alerts.rules.screening import screen
from tests.alerts.rules.histories import Case, days, diary, entries, found_on, treatment

NIGHTS = (14, 15, 21, 22, 28, 29, 30, 35, 37, 38)
"""Ten answers: the tenth on day 38, two or more in each of the three weeks up to it."""

FAILED = treatment(8, 21)
"""Fourteen days of medication that changed nothing, beside a worst pain of 6 all along."""

IN_THREE_SPELLINGS = (
    treatment(8, 12, name="Ibuprofen"),
    treatment(13, 17, name="IBUPROFEN "),
    treatment(18, 21, name="Ｉｂｕｐｒｏｆｅｎ"),
)
"""The same fourteen days, in three records none of which is long enough."""


def core(
    yes: Iterable[int] = NIGHTS,
    no: Iterable[int] = (),
    *,
    shift: int = 0,
    tried: Treatment | None = FAILED,
    last: int = 41,
) -> History:
    constant = days(1, last + shift, worst_pain=6)
    nights = entries([on + shift for on in yes], woke_from_sleep=True)
    quiet_nights = entries([on + shift for on in no], woke_from_sleep=False)
    return diary(constant, nights, quiet_nights, *([tried] if tried else []))


def without(*left_out: int) -> list[int]:
    return [night for night in NIGHTS if night not in left_out]


CASES = [
    Case("10 answers, all positive", core(), [38]),
    Case("9 answers", core(without(14)), []),
    Case("5 of 10 positive", core((21, 28, 35, 37, 38), (14, 15, 22, 29, 30)), [38]),
    Case("4 of 10 positive", core((21, 28, 35, 38), (14, 15, 22, 29, 30, 37)), []),
    Case("the third week back holds one answer", core([*without(22), 31]), []),
    Case("the third week back holds no positive", core(without(21, 22), (21, 22)), []),
    Case("the second week back holds no positive", core(without(28, 29, 30), (28, 29, 30)), []),
    Case("the last week holds no positive", core(without(35, 37, 38), (35, 37, 38)), []),
    Case("no treatment was tried", core(tried=None), []),
    Case("one medicine in three spellings", replace(core(tried=None), treatments=IN_THREE_SPELLINGS), [38]),
    Case("two of its three records", replace(core(tried=None), treatments=IN_THREE_SPELLINGS[:2]), []),
    Case("the treatment ended 90 days ago", core(shift=73), [111]),
    Case("the treatment ended 91 days ago", core(shift=74), []),
    Case(
        "the treatment helped",
        diary(days(1, 7, worst_pain=6), days(8, 60, worst_pain=3, woke_from_sleep=True), treatment(8)),
        [],
    ),
    Case("night pain of 4", diary(days(1, 41, worst_pain=6), entries(NIGHTS, night_pain=4), FAILED), [38]),
    Case("night pain of 3", diary(days(1, 41, worst_pain=6), entries(NIGHTS, night_pain=3), FAILED), []),
    Case("rest pain of 4", diary(days(1, 41, worst_pain=6), entries(NIGHTS, rest_pain=4), FAILED), [38]),
    Case("rest pain of 3", diary(days(1, 41, worst_pain=6), entries(NIGHTS, rest_pain=3), FAILED), []),
    Case("movement pain is no answer", diary(days(1, 41, worst_pain=6), entries(NIGHTS, movement_pain=9), FAILED), []),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_night_rest_not_responding(case: Case) -> None:
    assert found_on("night_rest_not_responding", case.history) == case.found


def test_the_finding_shows_the_nights_the_counts_and_the_trial() -> None:
    (finding,) = [found for found in screen(core()) if found.rule == "night_rest_not_responding"]
    shown = json.loads(json.dumps(finding_as_dict(finding)))
    assert shown["met_on"] == "2024-02-07"
    assert len(shown["days"]) == 10
    assert shown["counts"]["night_rest"] == {
        "met": True,
        "positive": 10,
        "answered": 10,
        "calendar_days": 28,
        "answers_needed": 10,
        "share_needed": 0.5,
    }
    (trial,) = shown["trials"]
    assert (trial["verdict"], trial["question"], trial["before"], trial["after"]) == (
        "not_responded",
        "worst_pain",
        6.0,
        6.0,
    )
