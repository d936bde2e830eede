"""A connection to the database that is lost costs a phone nothing: what may be done twice is done once more."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection

from diary.models import AccessLine, Entry
from tests.cast import Answer, Person
from tests.diary.recordings import entry
from tests.roles import beside
from tests.wire import COMMIT, Wire, wired

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wired() as found:
        yield found


@pytest.fixture
def administrator() -> Iterator[psycopg.Connection]:
    with beside("administrator") as found:
        yield found


def end_connection(administrator: psycopg.Connection) -> None:
    """This process' own, as a restart of the server does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        administrator.execute("SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone())


def test_between_two_requests_no_one_notices(administrator: psycopg.Connection) -> None:
    alice, new = Person("Alice"), entry()
    end_connection(administrator)
    assert alice.put(f"patients/me/entries/{new['id']}", new).status == 201
    end_connection(administrator)
    assert alice.get(f"patients/me/entries/{new['id']}").body["version"] == 1
    end_connection(administrator)
    assert alice.post("patients/me/sync", {"cursor": None, "changes": []}).status == 200


def test_while_a_write_waits_it_is_done_on_a_new_one(administrator: psycopg.Connection) -> None:
    alice, new = Person("Alice"), entry()

    def put() -> Answer:
        with closing(connection):
            return alice.put(f"patients/me/entries/{new['id']}", new)

    with ThreadPoolExecutor(1) as phone, beside("administrator") as another:
        with another.transaction():
            another.execute("SELECT FROM diary_patient WHERE id = %s FOR UPDATE", [alice.patient_id])
            answer = phone.submit(put)
            administrator.execute("SELECT pg_terminate_backend(%s, 5000)", [waiting(administrator)])
        assert answer.result().status == 201
    assert Entry.objects.count() == 1


def waiting(administrator: psycopg.Connection) -> int:
    """Who waits for a lock; Raises AssertionError when no one does."""
    for _ in range(500):
        found = administrator.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
        if found:
            return int(found[0])
        time.sleep(0.01)
    raise AssertionError("no one waits")


def test_after_the_commit_it_is_found_done(wire: Wire) -> None:
    alice, new = Person("Alice"), entry()
    path = f"patients/me/entries/{new['id']}"
    wire.lose_the_answer_to = COMMIT
    assert alice.put(path, new).status in {200, 201}
    assert wire.has_lost_it
    assert list(Entry.objects.values_list("version", flat=True)) == [1]
    assert AccessLine.objects.filter(action="written", resource="entry").count() == 1


def test_what_must_not_be_done_twice_is_not(wire: Wire) -> None:
    alice = Person("Alice")
    id_ = str(uuid4())
    path = f"webhooks/{id_}"
    assert alice.put(path, {"id": id_, "url": "https://hooks.example.org/diary"}).status == 201
    wire.lose_the_answer_to = COMMIT
    with pytest.raises(OperationalError):  # which is a 503
        alice.post(f"{path}/rotate", {})
    assert wire.has_lost_it
