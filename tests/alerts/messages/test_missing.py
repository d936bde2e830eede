"""What is missing, in words: one sentence for every check that can be unmet, and never an all-clear."""

import re

import pytest

from alerts.messages.missing import MISSING, NO_ALL_CLEAR, TOO_FEW_ANSWERS, missing_wording
from alerts.rules.checks import Check, Quota
from alerts.rules.history import Answers, History
from alerts.rules.screening import rules_on
from alerts.rules.series import Series
from tests.alerts.rules.histories import date, days, diary, entry, treatment, visit

ALL_CLEAR = r"you are fine|you're fine|nothing serious|all clear|no reason to|don't worry|healthy|harmless"
DIARIES = [
    diary(),
    diary(entry(40, worst_pain=3)),
    diary(days(1, 40, worst_pain=6, woke_from_sleep=True), visit(1), treatment(11), cancer_history=False),
    diary(days(1, 40, woke_from_sleep=False, worse_lying_down=True, cough=True), losing_weight_on_purpose=True),
]


def unmet(history: History) -> list[Check]:
    return [check for outcome in rules_on(history, on=date(41)) for check in outcome.missing]


@pytest.mark.parametrize("history", DIARIES)
def test_every_check_that_is_not_met_has_its_words(history: History) -> None:
    said = [missing_wording(check) for check in unmet(history)]
    assert said
    assert all(sentence.endswith(".") and "%" not in sentence for sentence in said)


@pytest.mark.parametrize("sentence", [*MISSING.values(), TOO_FEW_ANSWERS])
def test_no_words_say_that_all_is_well(sentence: object) -> None:
    assert not re.search(ALL_CLEAR, str(sentence), re.IGNORECASE)
    assert len(str(sentence).split()) <= 25


def test_the_note_says_that_it_is_no_all_clear() -> None:
    assert "can't rule anything out" in str(NO_ALL_CLEAR)


@pytest.mark.parametrize(
    ("nights", "says"),
    [
        ([True] * 6, "6 of the last 14 days have an answer to this; at least 7 are needed."),
        (
            [True] * 3 + [False] * 5,
            "3 of 8 answered days had pain at night or at rest; at least half are needed.",
        ),
    ],
)
def test_too_few_answers_and_too_few_nights_are_told_apart(nights: list[bool], says: str) -> None:
    series = Series(range(1, len(nights) + 1), [Answers(woke_from_sleep=woke) for woke in nights], _woke)
    check = Quota(days=14, answers=7, share=0.5).check("night_rest", series, 14)
    assert missing_wording(check) == says


def _woke(day: Answers) -> bool | None:
    return day.woke_from_sleep


@pytest.mark.parametrize(
    ("levels", "rule", "says"),
    [
        (
            (4, 5, 5),
            "night_rest_persistent",
            "Since the doctor looked at this on 9 February 2024, the pain has gone up by 1 on the 0–10 scale; "
            "at least 2 is needed, or 1.5 with many more such nights, for two weeks, or a new symptom that lasts.",
        ),
        (
            (4, 5, 5),
            "worsening_pain",
            "Since the doctor looked at this on 9 February 2024, the pain has gone up by 1 on the 0–10 scale; "
            "at least 2 is needed.",
        ),
        (
            (4, 4, 4),
            "worsening_pain",
            "A doctor has looked at this, and the diary shows no clear change since.",
        ),
    ],
)
def test_after_a_visit_it_says_by_how_much_the_pain_is_higher(levels: tuple[int, ...], rule: str, says: str) -> None:
    runs = [
        days(40 * block + 1, 40 * block + 40, worst_pain=pain, woke_from_sleep=True)
        for block, pain in enumerate(levels)
    ]
    (outcome,) = [one for one in rules_on(diary(*runs, visit(40)), on=date(120)) if one.rule.id == rule]
    assert missing_wording(outcome.missing[-1]) == says
