"""Dump, restore, screen again: what was sent is not sent again, and what was owed still goes out."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from alerts.models import Delivery
from backend.embedded.postgresql import BINARIES, PostgreSQL
from diary.models import Patient
from tests.cast import Person
from tests.flow.kill import swept_until, write_nights, write_numbness
from tests.service import Service, database_url

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def restored(own_postgresql: PostgreSQL) -> str:
    """Where the restored database will be."""
    with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    return own_postgresql.url.removesuffix("postgres") + "restored"


def dump_and_restore(source: str, target: str, file: Path) -> None:
    """As `docs/operating.md` says."""
    run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={source}")
    run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={target}", str(file))


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
    write_numbness(bob)  # nobody is there to send this one

    dump_and_restore(database_url(), restored, tmp_path / "dump")
    with psycopg.connect(restored, autocommit=True) as connection:  # screen everything again
        connection.execute("UPDATE diary_patient SET revision = revision + 1, unscreened_since = now()")
    service.environment["DATABASE_URL"] = restored
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
