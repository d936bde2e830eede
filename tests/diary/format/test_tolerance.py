"""What phones send by nature is taken; everything else stays strict."""

from datetime import date
from typing import Any, Final

import pytest

from diary.format.fields import Entry, Event, Profile, Treatment
from diary.format.strict_json import Invalid
from diary.format.validation import validated
from tests.diary.recordings import entry, event, treatment

LATEST: Final = date(2026, 4, 1)
KILOGRAMS_A_POUND: Final = 0.45359237


def read(**answers: Any) -> Entry:
    return validated(Entry, entry(**answers), latest=LATEST)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (70.10000000000001, 70.1),
        (70.0999984741211, 70.1),
        (154.4 * KILOGRAMS_A_POUND, 70.03),
        (71, 71.0),
        (500.0000001, 500.0),
        (1.999999, 2.0),
        (71.555, 71.56),
    ],
)
def test_a_weight_keeps_two_decimals(sent: float, kept: float) -> None:
    assert read(weight_kg=sent).weight_kg == kept


def test_every_weight_in_pounds_comes_back_as_it_was_entered() -> None:
    for tenths in range(500, 11_000):
        pounds = tenths / 10
        kept = read(weight_kg=pounds * KILOGRAMS_A_POUND).weight_kg
        assert kept is not None
        assert round(kept / KILOGRAMS_A_POUND, 1) == pounds


def test_a_whole_float_is_the_integer() -> None:
    answer = read(night_pain=6.0).night_pain
    assert (answer, type(answer)) == (6, int)
    assert validated(Treatment, treatment(recalled_score_before=4.0), latest=LATEST).recalled_score_before == 4
    assert validated(Event, event(assessed_pain=0.0), latest=LATEST).assessed_pain == 0
    assert validated(Profile, {"birth_year": 1960.0}, latest=LATEST).birth_year == 1960


def test_null_among_many_answers_is_not_answered() -> None:
    taken = "0190000a-0000-7000-8000-00000000000b"
    given = read(symptoms={"cough": None, "fever": True}, treatments_taken={taken: None})
    assert given == read(id=str(given.id), symptoms={"fever": True}, treatments_taken={})


@pytest.mark.parametrize(("kind", "make"), [(Entry, entry), (Treatment, treatment), (Event, event)])
def test_what_was_read_may_be_sent_back(kind: type[Any], make: Any) -> None:
    sent = make()
    known = {"version": 3, "received_at": "2026-03-29T06:30:02Z", "recorded_by": None, "screened": True}
    assert validated(kind, {**sent, **known, "clock_skew_seconds": None}, latest=LATEST) == validated(
        kind, sent, latest=LATEST
    )


@pytest.mark.parametrize(
    "answers",
    [
        {"night_pain": 6.5},
        {"night_pain": "6"},
        {"night_pain": True},
        {"woke_from_sleep": 1.0},
        {"symptoms": {"cough": 0}},
        {"symptoms": {"hiccups": None, "sneezing": True}},
        {"weight_kg": "70"},
        {"weight_kg": True},
        {"weight_kg": 500.006},
        {"weight_kg": 1.99},
        {"raised": []},
    ],
)
def test_everything_else_stays_strict(answers: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read(**answers)
