"""An upgrade: the release before goes on answering while the tables change and this one starts beside it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import psycopg
import pytest

from backend.local.embedded.postgresql import PostgreSQL
from deploy.hosts.previous import unpack_previous
from tests.diary.recordings import entry
from tests.flow.person import Person
from tests.roles import migrated
from tests.service import Service

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(600)]


@pytest.fixture
def before(tmp_path: Path, own_postgresql: PostgreSQL) -> Iterator[Service]:
    """The release before, with its own tables on a server of its own."""
    root = tmp_path / "before"
    if not unpack_previous(root):
        pytest.skip("this clone is without the history: git fetch --unshallow")
    with Service(root) as running:
        running.environment["DATABASE_URL"] = own_postgresql.url
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=root, env=running.environment, check=True)
        yield running.start_api()


CONNECTIONS = 5
"""Of one process of the release before. Each may refuse one statement that it prepared before a column changed its type
(`diary.0023`); this release does such a request again by itself."""


class Writer:
    """Writes entries one after the other, as a phone does: what failed is sent again until it is stored."""

    def __init__(self, person: Person) -> None:
        self.stored: list[str] = []
        self.failed = 0
        self._person = person
        self._over = Event()
        self._thread = Thread(target=self._write)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._over.wait(0.05):
            noted = note()
            while (answer := put(self._person, noted)).status_code >= 500:
                self.failed += 1
            assert answer.status_code == 201
            self.stored.append(noted["id"])

    def wait_for(self, more: int) -> None:
        wanted, deadline = len(self.stored) + more, time.monotonic() + 120
        while len(self.stored) < wanted:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def note(**answers: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return entry(date=f"{now:%Y-%m-%d}", recorded_at=now.isoformat(), time_zone="UTC", **answers)


def put(person: Person, noted: dict[str, Any]) -> httpx.Response:
    return person.ask("PUT", f"/api/v1/patients/me/entries/{noted['id']}", noted)


def test_the_release_before_answers_while_the_tables_change_and_beside_this_one(
    before: Service, own_postgresql: PostgreSQL
) -> None:
    with Person("Alice", before) as alice, Writer(alice.sign_up()) as writer:
        writer.wait_for(5)
        service_url = migrated(own_postgresql.url)
        writer.wait_for(5)
        with Service() as this:
            this.environment["DATABASE_URL"] = service_url
            this.start_api()
            with Person("Alice", this) as on_this:
                on_this.use_token(
                    alice.ask("GET", "/health/live").request.headers["Authorization"].removeprefix("Bearer ")
                )
                assert put(on_this, note(worst_pain=4)).status_code == 201
                sign = put(alice, note(symptoms={"saddle_numbness": True}))
                assert (sign.status_code, bool(sign.json()["raised"])) == (201, True)
                writer.wait_for(5)
    assert writer.failed <= CONNECTIONS
    with psycopg.connect(own_postgresql.url) as connection:
        kept = {str(id_) for (id_,) in connection.execute("SELECT id FROM diary_entry")}
    assert set(writer.stored) <= kept
