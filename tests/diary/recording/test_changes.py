"""Recording against a model, and many writers at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.format.fields import Entry
from diary.models import Caregiver, ConsentRecord, Patient
from diary.models import Entry as EntryRow
from diary.problems import Problem
from diary.recording import rows
from diary.recording.changes import record_changes
from diary.recording.decision import Change
from diary.versions import Expected
from tests.cast import Person
from tests.diary.circle import invite
from tests.diary.recordings import entry

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
IDS = [UUID(int=number) for number in range(1, 4)]


def content(id_: UUID, pain: int) -> Entry:
    return Entry(id=id_, date=date(2026, 3, 29), recorded_at=NOW, time_zone="Europe/Madrid", worst_pain=pain)


changes = st.builds(
    lambda id_, pain, expected: Change("entry", id_, None if pain is None else content(id_, pain), expected),
    st.sampled_from(IDS),
    st.one_of(st.none(), st.integers(0, 2)),
    st.one_of(st.none(), st.just("*"), st.integers(1, 4)),
)


class Model:
    """What the contract says, as a dictionary: id to (version, pain), pain None for a tombstone."""

    def __init__(self, *, from_a_queue: bool) -> None:
        """`from_a_queue`: what was stored and overtaken is recognised when it comes again."""
        self.from_a_queue = from_a_queue
        self.diary: dict[UUID, tuple[int, int | None]] = {}
        self.writes = 0
        self.made: dict[UUID, list[tuple[Expected, int]]] = {}
        """Which puts made what stands, by id."""
        self.said: dict[UUID, tuple[Expected, str]] = {}
        """Of the batch so far: on what the last change of an id rested, and what became of it."""

    def expect(self, change: Change) -> str:
        version, _ = self.diary.get(change.id, (0, None))
        wanted = change.content.worst_pain if isinstance(change.content, Entry) else None
        base, before = self.said.get(change.id, (change.expected, "nothing"))
        rests = before not in ("nothing", "overtaken") and change.expected in (None, base)
        status = self._decided(change, wanted, before if rests else "nothing")
        self.said[change.id] = (base if rests else change.expected, status)
        if status in ("created", "updated", "deleted"):
            self.diary[change.id] = (version + 1, wanted)
            self.made[change.id] = [] if wanted is None else [*self.made.get(change.id, []), (change.expected, wanted)]
            self.writes += 1
        return "unchanged" if status == "overtaken" else status

    def _decided(self, change: Change, wanted: int | None, before: str) -> str:
        version, pain = self.diary.get(change.id, (0, None))
        if before in ("conflict", "stale"):
            return before
        status = self._status(change, version, pain, wanted)
        if status not in ("conflict", "stale") or version == 0:
            return status
        if self.from_a_queue and (change.expected, wanted) in self.made.get(change.id, []):
            return "overtaken"
        return status if before == "nothing" else self._status(replace(change, expected=version), version, pain, wanted)

    def _status(self, change: Change, version: int, pain: int | None, wanted: int | None) -> str:
        if version == 0 and wanted is None:
            return "deleted"
        if version == 0:
            return "created" if change.expected is None else "stale"
        if pain is None:
            return "unchanged" if wanted is None else "gone"
        if wanted == pain:
            return "unchanged"
        if change.expected not in (None, "*", version):
            return "stale"
        if wanted is None:
            return "deleted"
        return "conflict" if change.expected is None else "updated"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(changes, max_size=5), max_size=6), from_a_queue=st.booleans())
def test_batches_in_any_order_leave_what_the_contract_says(
    alice: Person, batches: list[list[Change]], from_a_queue: bool
) -> None:
    model = Model(from_a_queue=from_a_queue)
    with transaction.atomic():
        for batch in batches:
            model.said.clear()
            recorded = record_changes(
                patient_id=alice.patient_id, actor_id=alice.id, changes=batch, from_a_queue=from_a_queue, now=NOW
            )
            assert [outcome.status for outcome in recorded.outcomes] == [model.expect(change) for change in batch]
        stored = rows.read(patient_id=alice.patient_id, keys=[("entry", id_) for id_ in IDS])
        found = {
            id_: (row.version, row.content.worst_pain if isinstance(row.content, Entry) else None)
            for (_, id_), row in stored.items()
        }
        patient = Patient.objects.get(pk=alice.patient_id)
        transaction.set_rollback(True)
    assert found == model.diary
    assert patient.revision == model.writes
    assert len({row.revision for row in stored.values()}) == len(stored)


def at_once(work: Callable[[Any], Any], arguments: list[Any], *, threads: int = 8) -> list[Any]:
    """Do it in threads, each with a connection of its own."""

    def closing(argument: Any) -> Any:
        try:
            return work(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(closing, arguments))


@pytest.fixture
def committed(transactional_db: None) -> Person:
    """Alice, visible to every connection."""
    return Person("Alice")


def test_many_replays_at_once_are_one_write_each_with_identical_answers(committed: Person) -> None:
    entries = [entry(worst_pain=number % 11) for number in range(15)]

    def put(body: dict[str, Any]) -> Any:
        answer = committed.put(f"patients/me/entries/{body['id']}", body)
        return answer.status, {name: value for name, value in answer.body.items() if name != "screened"}

    answers = at_once(put, entries * 8)
    assert EntryRow.objects.count() == 15
    for number in range(15):
        mine = answers[number::15]
        assert sorted(status for status, _ in mine) == [200] * 7 + [201]
        assert all(body == mine[0][1] for _, body in mine)


def test_an_edit_that_everybody_makes_at_once_is_made_by_one(committed: Person) -> None:
    body = entry(worst_pain=0)
    path = f"patients/me/entries/{body['id']}"
    committed.put(path, body)
    edits = [body | {"worst_pain": pain} for pain in range(1, 9)]
    answers = at_once(lambda edit: committed.put(path, edit, If_Match='"1"').status, edits)
    assert sorted(answers) == [200] + [412] * 7
    assert committed.get(path).body["version"] == 2


def test_a_cursor_misses_no_write_however_transactions_interleave(committed: Person) -> None:
    told: dict[str, int] = {}
    cursor: str | None = None

    def hear() -> None:
        nonlocal cursor
        answer = committed.post("patients/me/sync", {"cursor": cursor, "changes": []}).body
        for change in answer["changes"]:
            assert change["id"] not in told, "told twice"
            told[change["id"]] = change["version"]
        cursor = answer["cursor"]

    bodies = [entry() for _ in range(60)]
    with ThreadPoolExecutor(6) as pool:
        writes = [pool.submit(_put_and_close, committed, body) for body in bodies]
        while not all(write.done() for write in writes):
            hear()
        assert {write.result() for write in writes} == {201}
    hear()
    assert told.keys() == {body["id"] for body in bodies}


def _put_and_close(person: Person, body: dict[str, Any]) -> int:
    try:
        return person.put(f"patients/me/entries/{body['id']}", body).status
    finally:
        connection.close()


def test_a_place_in_the_circle_is_taken_once_by_fifty_at_once(transactional_db: None) -> None:
    alice, bob = Person("Alice"), Person("Bob")
    code = invite(alice, bob)
    answers = at_once(lambda _: bob.post("invitations/accept", {"token": code}), list(range(50)))
    assert {answer.status for answer in answers} == {200}
    assert {answer.body["caregiver"] for answer in answers} == {str(Caregiver.objects.get().pk)}
    assert ConsentRecord.objects.filter(action="accepted").count() == 1


def test_a_write_for_a_diary_that_is_gone_is_404(alice: Person) -> None:
    with pytest.raises(Problem) as caught:
        record_changes(patient_id=uuid4(), actor_id=alice.id, changes=[Change("entry", IDS[0], None)], now=NOW)
    assert caught.value.status == 404
