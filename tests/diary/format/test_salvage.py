"""What can be read of an entry or event that was refused, whatever else is broken in it."""

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.format.fields import Entry, Event, Symptoms
from diary.format.salvage import Salvaged, salvaged
from diary.format.validation import latest_date, validated
from tests.diary.recordings import entry, event, full_entry

NOW: Final = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
LATEST: Final = latest_date(NOW)
STAND_INS: Final = {"id", "date", "recorded_at", "time_zone"}


def read(written: Any, **more: Any) -> Any:
    """The one thing that can be read of it."""
    (found,) = salvage(written, **more)
    return found.content


def salvage(written: Any, *, id_: UUID | None = None, now: datetime = NOW) -> list[Salvaged]:
    return list(salvaged(written, id_=id_, latest=LATEST, now=now))


def test_a_valid_entry_is_read_whole() -> None:
    written = full_entry()
    assert read(written) == validated(Entry, written, latest=LATEST)


def test_a_valid_event_is_read_whole() -> None:
    written = event(kind="fracture", trauma="minor", site="lower_back")
    assert read(written) == validated(Event, written, latest=LATEST)


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"weight_kg": 701}, "weight_kg"),
        ({"weight_kg": True}, "weight_kg"),
        ({"worst_pain": 11}, "worst_pain"),
        ({"worst_pain": "5"}, "worst_pain"),
        ({"woke_from_sleep": 1}, "woke_from_sleep"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"sites": "lower_back"}, "sites"),
        ({"qualities": {}}, "qualities"),
        ({"treatments_taken": [str(uuid4())]}, "treatments_taken"),
    ],
)
def test_an_answer_that_is_not_valid_counts_as_not_answered(broken: dict[str, Any], name: str) -> None:
    written = full_entry(**broken)
    expected = validated(Entry, full_entry(**written | {name: None}), latest=LATEST)
    assert read(written) == expected


def test_one_bad_symptom_loses_no_other() -> None:
    symptoms = {"saddle_numbness": True, "cough": "yes", "fever": None, "itch": True, "collapse": False}
    assert read(entry(symptoms=symptoms)).symptoms == Symptoms(saddle_numbness=True, collapse=False)


@pytest.mark.parametrize("wrong", ["knee", 5, None, ["neck"], "\x00", "\ud800", "lower_back"])
def test_the_places_that_are_known_are_kept(wrong: Any) -> None:
    assert read(entry(sites=["lower_back", wrong, "hip"])).sites == ["lower_back", "hip"]


def test_places_of_which_none_is_known_are_not_answered() -> None:
    assert read(entry(worst_pain=1, sites=["knee"])).sites is None


def test_treatments_that_are_named_properly_are_kept() -> None:
    taken = uuid4()
    answers = {str(taken): True, str(taken).upper(): True, uuid4().hex: True, "ibuprofen": True, str(uuid4()): "yes"}
    assert read(entry(treatments_taken=answers)).treatments_taken == {taken: True}


def test_an_unknown_field_is_passed_over() -> None:
    assert read(entry(mood="low", worst_pain=3)).worst_pain == 3


@pytest.mark.parametrize("name", sorted(STAND_INS))
@pytest.mark.parametrize("broken", ["missing", None, 5, "", "Mars/Olympus", "\x00", {}])
def test_an_entry_is_read_without_what_it_must_have(name: str, broken: Any) -> None:
    written = entry(symptoms={"collapse": True})
    del written[name]
    if broken != "missing":
        written[name] = broken
    assert read(written).symptoms == Symptoms(collapse=True)


@pytest.mark.parametrize("written", ["2026-07-05", "2027-06-30", "1899-12-31", "30.6.2026", None, 20260630])
def test_a_day_that_cannot_be_is_today_on_the_phone(written: Any) -> None:
    late_in_hawaii = entry(date=written, recorded_at="2026-06-30T23:30:00-10:00", worst_pain=3)
    now = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    assert read(late_in_hawaii, now=now).date == date(2026, 6, 30)


def test_the_day_of_tomorrow_is_kept_where_it_has_begun_somewhere() -> None:
    assert read(entry(date="2026-07-01", worst_pain=3)).date == date(2026, 7, 1)


def test_the_id_is_the_one_that_it_was_sent_under_else_its_own() -> None:
    sent_under, own = uuid4(), uuid4()
    assert salvage(entry(id=str(own), worst_pain=3), id_=sent_under)[0].id == sent_under
    assert salvage(entry(id=str(own), worst_pain=3))[0].id == own
    assert salvage(entry(id="seven", worst_pain=3))[0].id is None


@pytest.mark.parametrize(("zone", "read_as"), [("Europe/Madrid", "Europe/Madrid"), ("Mars/Olympus", None), (1, None)])
def test_the_zone_is_where_it_was_written_or_unknown(zone: Any, read_as: str | None) -> None:
    assert salvage(entry(time_zone=zone, worst_pain=3))[0].zone == read_as


@pytest.mark.parametrize(
    "written",
    [
        None,
        True,
        5,
        "collapse",
        [],
        ["collapse"],
        {},
        {"symptoms": 5},
        {"note": "ache"},
        entry(),
        {"date": "2026-06-30"},
    ],
)
def test_nothing_is_made_of_what_says_nothing(written: Any) -> None:
    assert salvage(written) == []


def test_what_has_the_answers_of_both_is_read_as_both() -> None:
    both = {**entry(worst_pain=8), **event(kind="fracture", trauma="none")}
    assert [type(found.content) for found in salvage(both)] == [Entry, Event]


def test_a_treatment_says_nothing() -> None:
    assert salvage({"kind": "medication", "name": "Ibuprofen", "started_on": "2026-06-01"}) == []


JUNK: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("\ud800\x00"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("\ud800"), inner, max_size=4),
    max_leaves=12,
)
SCORES: Final = st.integers(0, 10)
ANSWERS: Final = {
    "worst_pain": SCORES,
    "night_pain": SCORES,
    "rest_pain": SCORES,
    "woke_from_sleep": st.booleans(),
    "worse_on_straining": st.booleans(),
    "sites": st.lists(st.sampled_from(["neck", "lower_back", "hip"]), unique=True),
    "symptoms": st.dictionaries(st.sampled_from(Symptoms.__struct_fields__), st.booleans()),
    "weight_kg": st.integers(2, 500),
}
HAPPENED: Final = {
    "kind": st.sampled_from(["injury", "fall", "fracture"]),
    "trauma": st.sampled_from(["none", "minor", "major"]),
    "site": st.sampled_from(["neck", "lower_back", "hip"]),
}
NAMES: Final = sorted({*Entry.__struct_fields__, *Event.__struct_fields__})


@given(JUNK)
def test_it_never_raises(junk: Any) -> None:
    salvage(junk)


@given(st.dictionaries(st.sampled_from(NAMES), JUNK))
def test_it_never_raises_at_what_looks_like_an_entry(broken: dict[str, Any]) -> None:
    salvage(broken)


@given(st.fixed_dictionaries({}, optional=ANSWERS), st.dictionaries(st.sampled_from(NAMES) | st.text(), JUNK))
def test_every_valid_answer_of_an_entry_is_kept_whatever_else_is_broken(
    answers: dict[str, Any], broken: dict[str, Any]
) -> None:
    meant = validated(Entry, entry(**answers), latest=LATEST)
    found = [one.content for one in salvage({**broken, **answers}) if isinstance(one.content, Entry)]
    for name in answers:
        assert [getattr(one, name) for one in found] == [getattr(meant, name)]


@given(HAPPENED["kind"], st.fixed_dictionaries({}, optional=HAPPENED), st.dictionaries(st.sampled_from(NAMES), JUNK))
def test_every_valid_answer_of_an_event_is_kept_whatever_else_is_broken(
    kind: str, answers: dict[str, Any], broken: dict[str, Any]
) -> None:
    written = {"kind": kind, **answers}
    (found,) = [one.content for one in salvage({**broken, **written}) if isinstance(one.content, Event)]
    assert {name: getattr(found, name) for name in written} == written


@given(st.dictionaries(st.sampled_from(Symptoms.__struct_fields__), JUNK), st.sampled_from(Symptoms.__struct_fields__))
def test_every_symptom_that_is_answered_is_kept_whatever_the_others_say(symptoms: dict[str, Any], yes: str) -> None:
    found = read({"symptoms": {**symptoms, yes: True}})
    assert msgspec.to_builtins(found.symptoms)[yes] is True
