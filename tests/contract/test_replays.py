"""Writing twice is writing once, also when all the copies come at the same moment."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import httpx
import pytest

from diary.models import Entry
from tests.cast import Person
from tests.diary.recordings import full_entry
from tests.service import Service

PHONES = 20
"""How many requests are under way at once."""


def replayed(api: Service, person: Person, entries: list[dict[str, Any]], *, times: int) -> Iterator[httpx.Response]:
    """The answers to every entry sent `times` times, all copies of one near each other and in no order."""
    headers = {"Authorization": f"Bearer {person.token}"}
    copies = [entry for entry in entries for _ in range(times)]
    for start in range(0, len(copies), 5 * times):
        near = copies[start : start + 5 * times]
        Random(start).shuffle(near)
        copies[start : start + 5 * times] = near
    with httpx.Client(base_url=api.url, headers=headers, timeout=120) as http, ThreadPoolExecutor(PHONES) as phones:
        yield from phones.map(lambda entry: http.put(f"/api/v1/patients/me/entries/{entry['id']}", json=entry), copies)


def assert_written_once(api: Service, *, entries: int, times: int) -> None:
    alice = Person("Alice")
    made = [full_entry(worst_pain=number % 11) for number in range(entries)]
    answers = list(replayed(api, alice, made, times=times))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(200)) == (entries, entries * (times - 1))
    by_id: dict[str, set[str]] = {}
    for body in (answer.json() for answer in answers):
        by_id.setdefault(body["id"], set()).add(json.dumps(body, sort_keys=True))  # members have no order
    assert {id_: len(bodies) for id_, bodies in by_id.items()} == {entry["id"]: 1 for entry in made}
    assert Entry.objects.filter(patient_id=alice.patient_id).count() == entries
    alice.user.patient.refresh_from_db()
    assert alice.user.patient.revision == entries


def test_a_few_entries_and_all_their_copies_at_once(api: Service) -> None:
    assert_written_once(api, entries=10, times=8)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_five_hundred_entries_twenty_times_each(api: Service) -> None:
    assert_written_once(api, entries=500, times=20)
