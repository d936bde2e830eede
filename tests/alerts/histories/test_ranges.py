"""All stored diaries are gone through in ranges: everyone in one of them, each range as of one moment."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import chain

import psycopg
import pytest
from django.db import InternalError, connection

from alerts.histories.ranges import one_moment, patient_ranges, streamed
from diary.models import Patient
from tests.cast import Person
from tests.service import database_url

ASLEEP = """
import django
django.setup()
from django.db import connection
from alerts.histories.ranges import one_moment
with one_moment(), connection.cursor() as cursor:
    cursor.execute("SELECT pg_sleep(60)")
"""
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'"
EVERYBODY = "SELECT id FROM diary_patient WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patients() -> list[Person]:
    return [Person(name) for name in ("Alice", "Bob", "Charlie", "Dana", "Erin")]


@pytest.mark.parametrize("largest", [1, 2, 3, 1000])
@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
def test_everybody_is_in_one_range(
    jobs: int, largest: int, patients: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.histories.ranges.RANGE", largest)
    ranges = patient_ranges(jobs=jobs)
    with one_moment():
        found = [[row[0] for row in streamed(EVERYBODY, some._asdict())] for some in ranges]
    assert list(chain.from_iterable(found)) == sorted(person.patient_id for person in patients)
    assert [some.patients for some in ranges] == list(map(len, found))
    assert max(map(len, found)) <= largest
    assert len(ranges) >= min(jobs, len(patients))
    assert max(map(len, found)) - min(map(len, found)) <= 1


def test_without_patients_there_is_no_range() -> None:
    assert patient_ranges(jobs=2) == []


def test_all_is_seen_as_of_one_moment_while_others_write(patients: list[Person]) -> None:
    with one_moment():
        assert Patient.objects.count() == len(patients)
        with psycopg.connect(database_url(), autocommit=True) as another:
            another.execute("DELETE FROM diary_patient WHERE id = %s", [patients[0].patient_id])
        assert Patient.objects.count() == len(patients)
    assert Patient.objects.count() == len(patients) - 1


def test_nothing_can_be_written_meanwhile(patients: list[Person]) -> None:
    with pytest.raises(InternalError, match="read-only transaction"), one_moment():
        Patient.objects.all().delete()


def test_the_memory_for_long_statements_is_given_back(patients: list[Person]) -> None:
    def memory() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW work_mem")
            return str(cursor.fetchone()[0])

    before = memory()
    with one_moment():
        assert memory() == "256MB" != before
    assert memory() == before


@pytest.mark.usefixtures("transactional_db")
def test_a_statement_ends_with_the_process_that_waits_for_it() -> None:
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "backend.settings"}
    process = subprocess.Popen([sys.executable, "-c", ASLEEP], env=environment)
    try:
        wait_until(lambda: sleeping() == 1)
    finally:
        process.kill()
        process.wait()
    wait_until(lambda: sleeping() == 0)


def sleeping() -> int:
    with connection.cursor() as cursor:
        cursor.execute(SLEEPING)
        return int(cursor.fetchone()[0])


def wait_until(condition: Callable[[], bool], *, timeout: float = 20.0) -> None:
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.1)
