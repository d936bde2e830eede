"""Lists are checked a column at a time: it must come to the same as checking each content alone."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.format.fields import Entry, Event, Treatment
from diary.format.strict_json import Invalid
from diary.format.validation import validated, validated_together
from tests.diary.recordings import entry, event, full_entry, treatment

LATEST: Final = date(2026, 4, 1)
SMALL, LARGE = "0190000a-0000-7000-8000-00000000000b", "0190000A-0000-7000-8000-00000000000B"

ODD: Final[list[Any]] = [
    None, 0, -1, 5.5, 5.0, 71.55, 71.5549999, 71.5, 500.0000001, True, "", "x", [], {}, [1],
    {"cough": True}, {"cough": None},
    "1899-12-31", "1900-01-01", "2026-04-01", "2026-04-02", "2026-02-30", "2026-3-29",
    "2026-03-29T08:30:00Z", "2026-03-29t08:30:00.123456789-05:30", "2026-03-29 08:30:00Z",
    "2026-03-29T08:30:00+0200", "2026-03-29T08:30:00", "1899-12-31T23:59:59.9999999Z",
    "1899-12-31T23:59:59Z", "2999-12-31T23:59:59Z", "2999-12-31T23:59:59.9999999Z", "3000-01-01T00:00:00Z",
    "UTC", "Europe/Nowhere", "localtime", SMALL, LARGE, SMALL.replace("-", ""),
    ["hip"], ["hip", "hip"], ["ache", "ache"], ["ache", "sharp"], "fall", "doctor_visit",
    {SMALL: True}, {SMALL: True, LARGE: False}, {SMALL.replace("-", ""): True}, {SMALL: None},
]  # fmt: skip

Kind = type[Entry] | type[Treatment] | type[Event]
MAKERS: Final[list[tuple[Kind, Callable[[], dict[str, Any]]]]] = [
    (Entry, entry),
    (Entry, full_entry),
    (Treatment, treatment),
    (Event, event),
]
kinds = st.sampled_from(MAKERS)


def one_by_one(kind: Kind, values: list[Any]) -> list[Entry | Treatment | Event] | None:
    try:
        return [validated(kind, value, latest=LATEST) for value in values]
    except Invalid:
        return None


@given(kinds, st.data())
def test_together_comes_to_the_same_as_one_by_one(
    made: tuple[Kind, Callable[[], dict[str, Any]]], data: st.DataObject
) -> None:
    kind, make = made
    values: list[Any] = [make() for _ in range(data.draw(st.integers(0, 4)))]
    for value in data.draw(st.lists(st.sampled_from(values), max_size=2)) if values else []:
        value[data.draw(st.sampled_from(kind.__struct_fields__))] = data.draw(st.sampled_from(ODD))
    assert validated_together(kind, values, latest=LATEST) == one_by_one(kind, values)


@pytest.mark.parametrize(("kind", "make"), MAKERS)
def test_every_odd_value_of_every_field_in_the_midst_of_good_ones(
    kind: Kind, make: Callable[[], dict[str, Any]]
) -> None:
    taken = 0
    for field in msgspec.structs.fields(kind):
        for odd in ODD:
            values = [make(), {**make(), field.name: odd}, make()]
            together = validated_together(kind, values, latest=LATEST)
            assert together == one_by_one(kind, values), (field.name, odd)
            taken += together is not None
    assert 0 < taken < len(ODD) * len(kind.__struct_fields__)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": SMALL.replace("-", "")},
        {"date": "2026-04-02"},
        {"recorded_at": "2026-03-29 08:30:00Z"},
        {"recorded_at": "3000-01-01T00:00:00Z"},
        {"time_zone": "Europe/Nowhere"},
        {"sites": ["hip", "hip"]},
        {"treatments_taken": {SMALL: True, LARGE: False}},
        {"treatments_taken": {SMALL.replace("-", ""): True}},
        {"weight_kg": 500.006},
    ],
)
@pytest.mark.parametrize("others", [{}, {"treatments_taken": {}, "sites": [], "weight_kg": 71.5}])
def test_one_bad_value_among_good_ones_is_noticed_wherever_it_stands(
    wrong: dict[str, Any], others: dict[str, Any]
) -> None:
    good = [entry(**others), full_entry(**others), entry()]
    assert validated_together(Entry, good, latest=LATEST) == one_by_one(Entry, good)
    for place in range(4):
        values = [*good[:place], {**full_entry(**others), **wrong}, *good[place:]]
        assert validated_together(Entry, values, latest=LATEST) is None
        assert one_by_one(Entry, values) is None


def test_what_is_no_object_is_refused_together_too() -> None:
    assert validated_together(Entry, [entry(), 5], latest=LATEST) is None


def test_a_visit_in_a_list_is_about_this_pain_and_a_fall_says_nothing() -> None:
    read = validated_together(Event, [event(), event(kind="fall", assessed_pain=None)], latest=LATEST)
    assert read is not None
    assert [one.about_this_pain for one in read] == [True, None]
