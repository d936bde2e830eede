"""Dump, restore, screen again: what was sent is not sent again, and what was owed still goes out."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from alerts.models import Delivery
from backend.local.embedded.postgresql import BINARIES, PostgreSQL
from diary.models import Patient
from tests.cast import Person
from tests.flow.kill import swept_until, write_nights, write_numbness
from tests.roles import connected_as, roles_on
from tests.service import Service, database_url

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def restored(own_postgresql: PostgreSQL) -> str:
    """Where the administrator connects to the database that will be restored, on a server without anything."""
    with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    return own_postgresql.url.removesuffix("postgres") + "restored"


def dump_and_restore(source: str, target: str, file: Path) -> str:
    """As `docs/operating.md` says; gives where the service connects."""
    run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={source}")
    urls = roles_on(target)
    run("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={target}", str(file))
    return urls.service


def run(program: str, *arguments: str) -> None:
    done = subprocess.run([BINARIES / program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_after_a_restore_nothing_is_sent_twice_and_what_was_owed_is_sent(
    service: Service, restored: str, tmp_path: Path
) -> None:
    alice, bob = Person("Alice"), Person("Bob")
    service.start_worker()
    write_numbness(alice)
    write_nights(alice)
    swept_until(lambda: Delivery.objects.filter(state="sent").exists() and not unsettled())
    service.stop("worker")
    told = len(service.mailbox.received)
    write_numbness(bob)  # no one is there to send this one

    with connected_as("owner"):
        source = database_url()
    service.environment["DATABASE_URL"] = dump_and_restore(source, restored, tmp_path / "dump")
    with psycopg.connect(restored, autocommit=True) as connection:  # screen everything again
        connection.execute("UPDATE diary_patient SET revision = revision + 1, unscreened_since = now()")
    service.start_worker()

    def all_done() -> bool:
        with psycopg.connect(restored) as connection:
            waiting = "SELECT (SELECT count(*) FROM diary_patient WHERE unscreened_since IS NOT NULL) + "
            waiting += "(SELECT count(*) FROM alerts_delivery WHERE next_attempt_at IS NOT NULL)"
            row = connection.execute(waiting).fetchone()
        return row == (0,)

    swept_until(all_done)
    assert len(service.mailbox.sent_to(alice.email)) == told
    assert len(service.mailbox.sent_to(bob.email)) == 1


def unsettled() -> bool:
    return (
        Patient.objects.filter(unscreened_since__isnull=False).exists()
        or Delivery.objects.filter(next_attempt_at__isnull=False).exists()
    )
