"""A migration and requests that are in each other's way: all get what they wanted, and no request waits for long."""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, migrations, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from tests.roles import beside

SOMEONE_WAITS = """
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND NOT granted
"""
pytestmark = pytest.mark.usefixtures("transactional_db", "as_owner")


@pytest.fixture(autouse=True)
def _two_tables() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE first_of_two (n int); CREATE TABLE second_of_two (n int)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE first_of_two, second_of_two")


def test_a_migration_that_had_to_give_way_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[float] = []
    reads = threading.Event()

    def change_both(*_args: object, **_options: object) -> None:
        """What a migration does."""
        tries.append(time.monotonic())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE second_of_two ADD COLUMN IF NOT EXISTS m int")
            reads.set()
            cursor.execute("ALTER TABLE first_of_two ADD COLUMN IF NOT EXISTS m int")

    def read_both() -> None:
        """What a request does, in the other order."""
        with beside("owner") as other, other.transaction():
            other.execute("SELECT FROM first_of_two")
            holds.set()
            reads.wait(10)
            time.sleep(0.3)  # the migration waits already, so that it is the one that notices
            other.execute("SELECT FROM second_of_two")

    holds = threading.Event()
    monkeypatch.setattr(migrate.Command, "handle", change_both)
    request = threading.Thread(target=read_both)
    request.start()
    holds.wait(10)
    call_command("migrate", verbosity=0)
    request.join()

    assert len(tries) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_of_two.m, second_of_two.m FROM first_of_two, second_of_two")


class Added(migrations.Migration):
    """A column."""

    operations = (migrations.RunSQL("ALTER TABLE first_of_two ADD COLUMN m int"),)


def test_behind_a_migration_that_waits_for_a_reader_no_write_waits_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives up its place in the queue, lets the write through, and comes again."""
    tries: list[float] = []
    reads, written = threading.Event(), threading.Event()
    added = Added("9999_added", "diary")

    def apply(self: migrate.Command, *_args: object, **_options: object) -> None:
        self.verbosity = 0
        tries.append(time.monotonic())
        told: Any = self.migration_progress_callback
        MigrationExecutor(connection, told).apply_migration(ProjectState(), added)

    def read_for_long() -> None:
        with beside("owner") as other, other.transaction():
            other.execute("SELECT FROM first_of_two")
            reads.set()
            assert written.wait(30), "the write came only after the reader"

    def write() -> None:
        with beside("owner") as other:
            until = time.monotonic() + 10
            while not other.execute(SOMEONE_WAITS).fetchone():
                assert time.monotonic() < until
                time.sleep(0.01)
            other.execute("INSERT INTO first_of_two VALUES (1)")
        written.set()

    monkeypatch.setattr(migrate.Command, "handle", apply)
    others = [threading.Thread(target=read_for_long), threading.Thread(target=write)]
    others[0].start()
    reads.wait(10)
    others[1].start()
    call_command("migrate", verbosity=0)
    for other in others:
        other.join()
    MigrationRecorder(connection).record_unapplied("diary", "9999_added")

    assert written.is_set()
    assert len(tries) >= 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, m FROM first_of_two")
        assert cursor.fetchall() == [(1, None)]
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_a_migration_that_is_no_single_transaction_says_how_long_it_waits() -> None:
    """Unless it takes only locks that no write waits behind."""
    many = [one for one in MigrationLoader(None).disk_migrations.values() if not one.atomic]
    assert many
    for one in many:
        for operation in each(one.operations):
            assert isinstance(operation, HARMLESS) or "lock_timeout" in str(getattr(operation, "sql", "")), one


HARMLESS = (AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint, migrations.RunPython)


def each(operations: Sequence[Operation]) -> Iterator[Operation]:
    """What is done to the database."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from each(operation.database_operations)
        else:
            yield operation
