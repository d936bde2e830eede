"""Which treatments form a trial, and from when on it is adequate."""

from collections.abc import Iterable
from typing import Any

import pytest

from alerts.rules.case import Case
from alerts.rules.history import Entry, Treatment
from alerts.rules.trials import STILL_RUNNING, adequate_from, trials_of
from tests.alerts.rules.histories import date, day, diary, entries, treatment

Span = tuple[int, int | None]


def spans(*treatments: Treatment) -> list[Span]:
    """First and last day number of each trial."""
    return [
        (
            trial.start - date(1).toordinal() + 1,
            None if trial.end == STILL_RUNNING else trial.end - date(1).toordinal() + 1,
        )
        for trial in trials_of(treatments)
    ]


def dosed(first: int, last: int | None, dose: float | None, unit: str | None = "mg", **fields: Any) -> Treatment:
    return treatment(first, last, daily_dose=dose, dose_unit=unit, **fields)


@pytest.mark.parametrize(
    ("treatments", "expected"),
    [
        ([treatment(1, 10)], [(1, 10)]),
        ([treatment(1)], [(1, None)]),
        ([treatment(1, 10), treatment(11, 20)], [(1, 20)]),
        ([treatment(11, 20), treatment(1, 10)], [(1, 20)]),
        ([treatment(1, 10), treatment(12, 20)], [(1, 10), (12, 20)]),
        ([treatment(1, 10), treatment(5, 20)], [(1, 20)]),
        ([treatment(1, 20), treatment(5, 10)], [(1, 20)]),
        ([treatment(1, 10), treatment(11)], [(1, None)]),
        ([treatment(1, 10, name=" Ibuprofen"), treatment(11, 20, name="ibuprofen ")], [(1, 20)]),
        (
            [
                treatment(1, 10, name="Ibuprofen"),
                treatment(11, 20, name="IBUPROFEN "),
                treatment(21, name="Ｉｂｕｐｒｏｆｅｎ"),
            ],
            [(1, None)],
        ),
        ([treatment(1, 10, name="Vitamin  D\u00a03"), treatment(11, 20, name="vitamin d 3")], [(1, 20)]),
        ([treatment(1, 10, name="Me\u0301tamizol"), treatment(11, 20, name="M\u00e9tamizol")], [(1, 20)]),
        ([treatment(1, 10, name="Ibu\u00adprofen"), treatment(11, 20, name="\u200eIbuprofen")], [(1, 20)]),
        ([treatment(1, 10, name="Vitamin D 3"), treatment(11, 20, name="Vitamin D3")], [(1, 10), (11, 20)]),
        ([treatment(1, 10), treatment(11, 20, name="naproxen")], [(1, 10), (11, 20)]),
        ([treatment(1, 10), treatment(11, 20, kind="other")], [(1, 10), (11, 20)]),
        ([dosed(1, 10, 400), dosed(11, 20, 500)], [(1, 10), (11, 20)]),
        ([dosed(1, 10, 400), dosed(11, 20, 499)], [(1, 20)]),
        ([dosed(1, 10, 400), dosed(11, 20, 399)], [(1, 10)]),
        ([dosed(1, 10, 400), dosed(11, 20, 300), dosed(21, 30, 400)], [(1, 10), (21, 30)]),
        ([dosed(1, 10, 400), dosed(11, 20, 300), dosed(21, 30, 300)], [(1, 10)]),
        ([dosed(1, 10, 400), dosed(11, 20, 480), dosed(21, 30, 560)], [(1, 30)]),
        ([dosed(1, 10, 400), dosed(11, 20, 480), dosed(21, 30, 440)], [(1, 20)]),
        ([dosed(1, 10, 400), dosed(11, 20, 1, "g")], [(1, 20)]),
        ([dosed(1, 10, 400, "mg"), dosed(11, 20, 500, " Ｍｇ")], [(1, 10), (11, 20)]),
        ([dosed(1, 10, 400, "\u00b5g"), dosed(11, 20, 500, "\u03bcg")], [(1, 10), (11, 20)]),
        ([dosed(1, 10, 400, "mg"), dosed(11, 20, 500, "ml")], [(1, 20)]),
        ([dosed(1, 10, 400, None), dosed(11, 20, 500, None)], [(1, 10), (11, 20)]),
        ([dosed(1, 10, 400, None), dosed(11, 20, 500, "mg")], [(1, 20)]),
        ([dosed(1, 10, 400), treatment(11, 20)], [(1, 20)]),
        ([dosed(1, None, 400), dosed(11, None, 600)], [(1, 10), (11, None)]),
        ([dosed(1, None, 400), dosed(11, None, 200)], [(1, 10)]),
        ([treatment(10, 1)], []),
    ],
)
def test_trials(treatments: list[Treatment], expected: list[Span]) -> None:
    assert spans(*treatments) == expected


def test_a_trial_is_called_what_its_first_record_is_called() -> None:
    (trial,) = trials_of([treatment(11, 20, name="ibuprofen"), treatment(1, 10, name=" ＩＢＵＰＲＯＦＥＮ ")])

    assert trial.name == "ＩＢＵＰＲＯＦＥＮ"


def taken(yes: Iterable[int], no: Iterable[int] = (), *, of: str = "t") -> list[Entry]:
    return [
        *entries(yes, treatments_taken={of: True}),
        *entries(no, treatments_taken={of: False}),
    ]


def adequate_on(kind: str, last: int | None, answers: list[Entry]) -> int | None:
    history = diary(*answers, treatment(1, last, id="t", kind=kind))
    (trial,) = trials_of(history.treatments)
    found = adequate_from(trial, Case(history).taken(trial.records))
    return None if found is None else day(date(1).fromordinal(found))


@pytest.mark.parametrize(
    ("kind", "last", "answers", "adequate"),
    [
        ("medication", 14, [], 14),
        ("medication", 13, [], None),
        ("medication", None, [], 14),
        ("medication", 30, taken(range(1, 8), range(8, 11)), 14),
        ("medication", 30, taken(range(1, 8), range(8, 12)), None),
        ("medication", 30, taken((*range(1, 8), 15, 16, 17), range(8, 12)), 17),
        ("home_exercise", 42, [], 42),
        ("home_exercise", 41, [], None),
        ("home_exercise", 60, taken(range(1, 7), range(7, 11)), 42),
        ("home_exercise", 60, taken(range(1, 6), range(6, 11)), None),
        ("physiotherapy", 60, taken((1, 8, 15, 22)), 42),
        ("physiotherapy", 60, taken((1, 8, 15)), None),
        ("physiotherapy", 60, taken((1, 8, 15, 50)), 50),
        ("physiotherapy", 60, taken((1, 8, 15, 22), range(23, 40)), 42),
        ("physiotherapy", 41, taken((1, 8, 15, 22)), None),
        ("heat", 90, taken(range(1, 91)), None),
        ("injection", 90, taken(range(1, 91)), None),
        ("other", 90, taken(range(1, 91)), None),
    ],
)
def test_adequacy(kind: str, last: int | None, answers: list[Entry], adequate: int | None) -> None:
    assert adequate_on(kind, last, answers) == adequate


def test_days_before_the_start_and_other_treatments_do_not_count_as_missed() -> None:
    history = diary(taken((), range(1, 10)), taken((), range(10, 40), of="another"), treatment(10, 40, id="t"))
    (trial,) = trials_of(history.treatments)
    assert adequate_from(trial, Case(history).taken(trial.records)) == date(23).toordinal()
