"""Many stored diaries read at once are those read one by one."""

import json
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.histories.many import ENTRIES_BY_PATIENT, stored_histories
from alerts.histories.of_diary import history_of_patient
from alerts.rules.history import History
from alerts.rules.screening import screen_all
from diary.format.document import parse
from diary.models import Patient
from tests.alerts.diaries import delete, nights_that_no_tablet_helped, write
from tests.cast import Person
from tests.reference.diaries import diary as random_diary

pytestmark = pytest.mark.django_db


def store(who: Person, seed: int) -> None:
    document = parse(json.dumps(random_diary(seed)).encode())
    answers = {
        name: answer for name, answer in msgspec.structs.asdict(document.patient).items() if name not in ("id", "note")
    }
    Patient.objects.filter(pk=who.patient_id).update(**answers)
    write(who, *document.treatments, *document.events, *document.entries[:400])


@pytest.fixture
def cast(db: None) -> list[Person]:
    """Five people by their patients' ids."""
    people = [Person(name) for name in ("Alice", "Bob", "Charlie", "Dana", "Erin")]
    return sorted(people, key=attrgetter("patient_id"))


def in_order(history: History) -> list[Any]:
    """All that is in it, whatever the order it was read in."""
    entries = [msgspec.structs.asdict(one) | {"id": str(one.id)} for one in history.entries]
    recorded = [*history.treatments, *history.events]
    return [history.profile, *sorted(entries, key=itemgetter("id")), *sorted(recorded, key=attrgetter("id"))]


@pytest.mark.parametrize("seed", range(0, 48, 5))
def test_they_hold_the_same(seed: int, alice: Person, bob: Person) -> None:
    store(alice, seed)
    store(bob, seed + 16)
    asked = sorted([alice.patient_id, bob.patient_id])
    alone = [history_of_patient(Patient.objects.get(pk=patient)) for patient in asked]
    together = dict(stored_histories(asked))
    assert list(together) == asked
    for one, other in zip(alone, together.values(), strict=True):
        assert in_order(other) == in_order(one)
        assert screen_all(other) == screen_all(one)


def test_what_was_deleted_is_not_read(alice: Person) -> None:
    tablet, *nights = nights_that_no_tablet_helped()
    write(alice, tablet, *nights)
    delete(alice, tablet, nights[0])
    ((_, read),) = stored_histories([alice.patient_id])
    assert (len(read.treatments), len(read.entries)) == (0, len(nights) - 1)


@pytest.mark.parametrize("together", [1, 2, 3, 200])
def test_each_has_its_own_entries_whoever_has_none(
    together: int, cast: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.histories.many.TOGETHER", together)
    writers = cast[1:-1:2]
    for person in writers:
        write(person, *nights_that_no_tablet_helped(weeks=1))
    read = list(stored_histories([person.patient_id for person in cast]))
    assert [patient for patient, _ in read] == [person.patient_id for person in cast]
    for person, (_, history) in zip(cast, read, strict=True):
        assert (history == History()) is (person not in writers)


def test_entries_take_one_statement_and_notes_are_left_where_they_are(alice: Person, bob: Person) -> None:
    with CaptureQueriesContext(connection) as queries:
        list(stored_histories(sorted([alice.patient_id, bob.patient_id])))
    assert sum("FROM diary_entry" in query["sql"] or "JOIN diary_entry" in query["sql"] for query in queries) == 1
    assert not any("note" in query["sql"] for query in queries)


def test_whole_diaries_never_pile_up_in_a_hash(alice: Person) -> None:
    """However many they are, and even where the database would rather not sort: it has no other way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {ENTRIES_BY_PATIENT}", {"patients": [alice.patient_id]})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "GroupAggregate" in plan
    assert "HashAggregate" not in plan
