"""Lists: by date then id, page by page."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Person
from tests.diary.recordings import entry, event, treatment


def store(person: Person, kind: str, *bodies: dict[str, Any]) -> list[str]:
    changes = [{"type": kind, "op": "put", "id": body["id"], "data": body} for body in bodies]
    answer = person.post("patients/me/sync", {"changes": changes})
    assert {result["status"] for result in answer.body["results"]} == {"stored"}
    return [body["id"] for body in bodies]


def pages(person: Person, path: str) -> list[list[str]]:
    """The ids of every page, following the cursors."""
    found, cursor = [], ""
    while True:
        body = person.get(f"{path}{'&' if '?' in path else '?'}limit=3{cursor}").body
        found.append([item["id"] for item in body["items"]])
        if body["next_cursor"] is None:
            return found
        cursor = f"&cursor={body['next_cursor']}"


def joined(found: list[list[str]]) -> list[str]:
    return [id_ for page in found for id_ in page]


def test_entries_come_by_date_then_id_whatever_the_order_they_were_written_in(alice: Person) -> None:
    bodies = [entry(date=f"2026-03-{day:02}") for day in (5, 1, 3, 3, 3, 9, 2)]
    store(alice, "entry", *bodies)
    ordered = [body["id"] for body in sorted(bodies, key=lambda body: (body["date"], body["id"]))]
    assert pages(alice, "patients/me/entries") == [ordered[:3], ordered[3:6], ordered[6:]]


@pytest.mark.parametrize(("kind", "path", "make"), [("treatment", "treatments", treatment), ("event", "events", event)])
def test_treatments_and_events_come_in_pages_too(alice: Person, kind: str, path: str, make: Any) -> None:
    ids = store(alice, kind, *(make() for _ in range(4)))
    assert [len(page) for page in pages(alice, f"patients/me/{path}")] == [3, 1]
    assert sorted(joined(pages(alice, f"patients/me/{path}"))) == sorted(ids)


def test_both_ends_of_a_span_are_in_it(alice: Person) -> None:
    ids = store(alice, "entry", *(entry(date=f"2026-03-{day:02}") for day in range(1, 8)))
    assert joined(pages(alice, "patients/me/entries?from=2026-03-02&to=2026-03-06")) == ids[1:6]
    assert joined(pages(alice, "patients/me/entries?from=2026-03-07")) == ids[6:]
    assert joined(pages(alice, "patients/me/entries?to=2026-03-01")) == ids[:1]
    assert joined(pages(alice, "patients/me/entries?from=2026-03-06&to=2026-03-02")) == []


def test_an_empty_list_has_no_next_page(alice: Person) -> None:
    assert alice.get("patients/me/entries").body == {"items": [], "next_cursor": None}


def test_what_is_deleted_is_not_listed_and_what_is_written_meanwhile_shifts_nothing(alice: Person) -> None:
    ids = store(alice, "entry", *(entry(date=f"2026-03-{day:02}") for day in range(2, 7)))
    first = alice.get("patients/me/entries?limit=2").body
    alice.delete(f"patients/me/entries/{ids[0]}")
    alice.delete(f"patients/me/entries/{ids[3]}")
    store(alice, "entry", entry(date="2026-03-01"))
    second = alice.get(f"patients/me/entries?limit=2&cursor={first['next_cursor']}").body
    assert [item["id"] for item in first["items"] + second["items"]] == [ids[0], ids[1], ids[2], ids[4]]


def test_a_cursor_is_bound_to_its_list_its_filters_and_its_diary(alice: Person, dana: Person) -> None:
    store(alice, "entry", *(entry() for _ in range(3)))
    cursor = alice.get("patients/me/entries?limit=1").body["next_cursor"]
    elsewhere = [
        dana.get(f"patients/me/entries?cursor={cursor}"),
        alice.get(f"patients/me/events?cursor={cursor}"),
        alice.get(f"patients/me/entries?from=2026-01-01&cursor={cursor}"),
        alice.get(f"patients/me/entries?cursor={cursor}x"),
        alice.get(f"patients/me/entries?cursor={uuid4()}"),
    ]
    assert [answer.status for answer in elsewhere] == [400] * 5
    assert alice.get(f"patients/me/entries?limit=5&cursor={cursor}").status == 200


def test_a_list_takes_a_constant_number_of_statements(alice: Person, django_assert_num_queries: Any) -> None:
    store(alice, "entry", *(entry(note="a") for _ in range(50)))
    with django_assert_num_queries(3):
        assert len(alice.get("patients/me/entries").body["items"]) == 50
