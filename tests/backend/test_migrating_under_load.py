"""A migration and a request that wait for one another: both get what they wanted."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, transaction

from tests.roles import beside

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
