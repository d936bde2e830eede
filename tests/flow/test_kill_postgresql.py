"""PostgreSQL is killed under writes: nothing that was answered 2xx is lost, and the alert still arrives."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from backend.local.embedded.postgresql import PostgreSQL
from tests.flow.kill import swept_until
from tests.roles import migrated
from tests.service import ROOT, Service

pytestmark = pytest.mark.timeout(240)

KILLS = 3
PHONES = 3
SIGN_UP = """
import django; django.setup()
from django.utils import timezone
from diary.identity.provisioning import issue_token, register
user = register(email="alice@example.org", password=None, name="Alice", now=timezone.now())
print(issue_token(user=user, now=timezone.now()))
"""


@pytest.fixture
def service(own_postgresql: PostgreSQL) -> Iterator[Service]:
    """The service on a PostgreSQL of its own."""
    with Service() as running:
        running.environment["DATABASE_URL"] = migrated(own_postgresql.url)
        yield running


def signed_up(service: Service) -> str:
    """A fresh database with Alice in it; gives her phone's token."""
    environment = {**os.environ, **service.environment, "DJANGO_SETTINGS_MODULE": "backend.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SIGN_UP], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.split()[-1]


class Writer(threading.Thread):
    """A phone that writes one entry after the other and remembers what it was promised."""

    def __init__(self, service: Service, token: str, over: threading.Event) -> None:
        super().__init__()
        self.promised: dict[str, int] = {}
        self.refused = 0
        self._over = over
        self._entries = f"{service.url}/api/v1/patients/me/entries"
        self._headers = {"Authorization": f"Bearer {token}"}

    def run(self) -> None:
        with httpx.Client(headers=self._headers, timeout=10) as phone:
            while not self._over.is_set():
                id_, pain = str(uuid4()), len(self.promised) % 11
                body = entry(id_, worst_pain=pain)
                try:
                    answer = phone.put(f"{self._entries}/{id_}", json=body)
                except httpx.HTTPError:
                    continue
                if answer.is_success:
                    self.promised[id_] = pain
                else:
                    self.refused += 1
                    time.sleep(0.05)


def entry(id_: str, **answers: object) -> dict[str, object]:
    now = datetime.now(UTC)
    return {"id": id_, "date": now.date().isoformat(), "recorded_at": now.isoformat(), "time_zone": "UTC", **answers}


def stored(service: Service, token: str) -> dict[str, int]:
    """Every entry in the diary, by id."""
    found: dict[str, int] = {}
    cursor: str | None = ""
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as phone:
        while cursor is not None:
            query = {"limit": "500", **({"cursor": cursor} if cursor else {})}
            page = phone.get(f"{service.url}/api/v1/patients/me/entries", params=query).json()
            found |= {item["id"]: item["worst_pain"] for item in page["items"]}
            cursor = page["next_cursor"]
    return found


def test_killed_under_writes_nothing_acknowledged_is_lost(service: Service, own_postgresql: PostgreSQL) -> None:
    token = signed_up(service)
    service.start_api().start_worker()
    over = threading.Event()
    phones = [Writer(service, token, over) for _ in range(PHONES)]
    for phone in phones:
        phone.start()
    numb = entry(str(uuid4()), symptoms={"saddle_numbness": True})
    address = f"{service.url}/api/v1/patients/me/entries/{numb['id']}"
    advice = httpx.put(address, json=numb, headers={"Authorization": f"Bearer {token}"}, timeout=10).json()["raised"]

    for _ in range(KILLS):
        time.sleep(1)
        own_postgresql.kill()
        own_postgresql.start()
    time.sleep(1)
    over.set()
    for phone in phones:
        phone.join()

    promised = {id_: pain for phone in phones for id_, pain in phone.promised.items()}
    found = stored(service, token)
    assert {id_: found.get(id_) for id_ in promised} == promised
    assert len(promised) > 20
    assert advice[0]["rule"] == "cauda_equina"
    swept_until(lambda: service.mailbox.sent_to("alice@example.org"), timeout=90)
    assert len({received.mail["Message-ID"] for received in service.mailbox.received}) == 1
