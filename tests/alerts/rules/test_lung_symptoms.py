from collections.abc import Iterable
from typing import Any

import pytest

from alerts.rules.history import History
from tests.alerts.rules.histories import Case, days, diary, entries, found_on, visit

AT_40: dict[str, Any] = {"birth_year": 1984}
AT_39: dict[str, Any] = {"birth_year": 1985}
EVERY_THIRD_DAY = range(1, 44, 3)
"""Fifteen answers, first and last 42 days apart."""


def coughing(on: Iterable[int] = EVERY_THIRD_DAY, **profile: Any) -> History:
    return diary(entries(on, cough=True), **profile)


def two(first: str = "cough", second: str = "breathlessness", **profile: Any) -> History:
    return diary(days(1, 42, **{first: True}), days(22, 42, **{second: True}), **profile)


def weights(now: float, **profile: Any) -> History:
    return diary(
        entries((1, 4), weight_kg=80.0, sites=("lower_back",)),
        entries((90, 94, 97), weight_kg=now, sites=("lower_back",)),
        **profile,
    )


CASES = [
    Case("one for six weeks, once smoked, 40", coughing(**AT_40, smoking="former"), [43]),
    Case("one for six weeks, smokes", coughing(**AT_40, smoking="current"), [43]),
    Case("never smoked", coughing(**AT_40, smoking="never"), []),
    Case("smoking unanswered", coughing(**AT_40), []),
    Case("smoked, 39", coughing(**AT_39, smoking="former"), []),
    Case("age unanswered", coughing(smoking="former"), []),
    Case("asbestos at any age", coughing(**AT_39, asbestos_exposure=True), [43]),
    Case("asbestos, age unanswered", coughing(asbestos_exposure=True), [43]),
    Case("asbestos answered no", coughing(**AT_40, asbestos_exposure=False), []),
    Case("14 answers", coughing([on for on in EVERY_THIRD_DAY if on != 22], **AT_40, smoking="former"), []),
    Case("first and last 41 days apart", coughing(range(1, 43), **AT_40, smoking="former"), [42]),
    Case("first and last 40 days apart", coughing(range(1, 42), **AT_40, smoking="former"), []),
    Case(
        "9 of 15 yes",
        diary(
            entries((1, 4, 7, 10, 13, 16, 19, 22, 43), cough=True),
            entries(range(25, 41, 3), cough=False),
            **AT_40,
            smoking="former",
        ),
        [43],
    ),
    Case(
        "8 of 15 yes",
        diary(
            entries((1, 4, 7, 10, 13, 16, 19, 43), cough=True),
            entries(range(22, 41, 3), cough=False),
            **AT_40,
            smoking="former",
        ),
        [],
    ),
    Case("two persistent, one for six weeks", two(**AT_40), [42]),
    Case("two persistent, at 39", two(**AT_39), []),
    Case("two persistent, neither for six weeks", diary(days(1, 30, cough=True, chest_pain=True), **AT_40), []),
    Case("fatigue for six weeks beside a persistent cough", two("fatigue", "cough", **AT_40), [42]),
    Case("fatigue alone, smoked", diary(days(1, 60, fatigue=True), **AT_40, smoking="former"), []),
    Case("fatigue alone, asbestos", diary(days(1, 60, fatigue=True), asbestos_exposure=True), []),
    Case("fever is no companion", diary(days(1, 60, fever=True), **AT_40, smoking="former"), []),
    *(
        Case(f"{companion} counts", diary(days(1, 42, **{companion: True}), **AT_40, smoking="former"), [42])
        for companion in ("cough", "breathlessness", "appetite_loss", "chest_pain")
    ),
    Case("a loss of 3 % counts as six weeks", weights(77.6, **AT_40, smoking="former"), [97]),
    Case("a loss of under 3 % does not", weights(77.7, **AT_40, smoking="former"), []),
    Case("a loss on purpose does not", weights(70.0, **AT_40, smoking="former", losing_weight_on_purpose=True), []),
    Case(
        "a cough of a known lung condition",
        diary(days(1, 60, cough=True), **AT_40, smoking="former", long_term_lung_condition=True),
        [],
    ),
    Case(
        "a cough new since the first four weeks, beside a known lung condition",
        diary(
            days(1, 28, cough=False), days(29, 80, cough=True), **AT_40, smoking="former", long_term_lung_condition=True
        ),
        [70],
    ),
    Case(
        "an old cough does not count as one of two either",
        diary(days(1, 60, cough=True, fatigue=True), **AT_40, long_term_lung_condition=True),
        [],
    ),
    Case(
        "chest pain beside a known lung condition",
        diary(days(1, 42, chest_pain=True), **AT_40, smoking="former", long_term_lung_condition=True),
        [42],
    ),
    Case(
        "a cough the doctor knew",
        diary(visit(28), days(1, 100, cough=True), **AT_40, smoking="former"),
        [],
    ),
    Case(
        "a cough new since the visit",
        diary(visit(28), days(1, 28, cough=False), days(29, 100, cough=True), **AT_40, smoking="former"),
        [70],
    ),
    Case(
        "fatigue new since the visit, as one of two",
        diary(visit(28), days(1, 100, cough=True), days(1, 28, fatigue=False), days(29, 100, fatigue=True), **AT_40),
        [70],
    ),
    Case(
        "another companion new since the visit, but not yet for six weeks",
        diary(visit(28), days(1, 60, cough=True), days(1, 28, fatigue=False), days(29, 60, fatigue=True), **AT_40),
        [],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lung_symptoms(case: Case) -> None:
    assert found_on("lung_symptoms", case.history) == case.found
