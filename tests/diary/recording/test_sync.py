"""The changes of a sync are read together where all are good: it must come to the same as reading each alone."""

from datetime import date
from typing import Any, Final
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from diary.format.strict_json import Invalid
from diary.recording.decision import Change
from diary.recording.sync import read_change, read_changes
from tests.diary.recordings import entry, event, full_entry, treatment

LATEST: Final = date(2026, 4, 1)
MAKERS: Final = {"entry": full_entry, "treatment": treatment, "event": event}
ODD: Final[dict[str, list[Any]]] = {
    "type": ["entry", "event", "treatment", "mood", None],
    "op": ["put", "delete", "patch"],
    "id": [str(uuid4()), "x", None],
    "if_version": [None, 1, 0, "1"],
    "data": [None, {}, entry(), entry(date="2026-04-02"), 5],
    "unknown": [1],
}


def put(kind: str, **fields: Any) -> dict[str, Any]:
    data = MAKERS[kind]()
    return {"type": kind, "op": "put", "id": data["id"], "data": data, **fields}


def one_by_one(values: list[Any]) -> list[Change] | None:
    try:
        return [read_change(value, latest=LATEST) for value in values]
    except Invalid:
        return None


@given(st.lists(st.sampled_from(list(MAKERS)), max_size=6), st.data())
def test_together_comes_to_the_same_as_one_by_one(kinds: list[str], data: st.DataObject) -> None:
    values = [put(kind) for kind in kinds]
    for value in data.draw(st.lists(st.sampled_from(values), max_size=2)) if values else []:
        name = data.draw(st.sampled_from(list(ODD)))
        value[name] = data.draw(st.sampled_from(ODD[name]))
    assert read_changes(values, latest=LATEST) == one_by_one(values)


def test_changes_of_every_kind_are_read_in_their_order() -> None:
    deleted = {"type": "event", "op": "delete", "id": str(uuid4()), "if_version": 3}
    values = [put("event"), put("entry"), deleted, put("event"), put("treatment", if_version=2), put("entry")]
    together = read_changes(values, latest=LATEST)
    assert together == one_by_one(values)
    assert together is not None
    assert [str(change.id) for change in together] == [value["id"] for value in values]
    assert [change.content is None for change in together] == [False, False, True, False, False, False]


def test_a_change_that_is_refused_alone_is_refused_among_others() -> None:
    for wrong in (put("entry", id=str(uuid4())), put("entry", op="delete"), {}, 5):
        assert read_changes([put("event"), wrong], latest=LATEST) is None
