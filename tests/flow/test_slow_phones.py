"""Slow and silent clients do not hold up the others, and an honest phone on a bad line is served."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

import httpx
import pytest

from bench.load import request
from bench.people import Phone, entry
from tests.cast import Person
from tests.crowd import Crowd
from tests.flow.load import NOTE, grow, latencies, quantile
from tests.service import Service

LINE = 32_000  # bytes a second that the slowest honest phone has


@dataclass(frozen=True)
class Crush:
    """How many come, for how long, and what they ask for."""

    each: int
    readers: int
    seconds: float
    stall_seconds: float
    entries: int
    """In the diary that is exported, 4 kB each."""
    synced: int
    """Entries in the honest phone's sync, 4 kB each."""


SHORT = Crush(each=40, readers=10, seconds=6, stall_seconds=5, entries=2_000, synced=50)
FULL = Crush(each=200, readers=10, seconds=45, stall_seconds=30, entries=7_000, synced=450)


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    with Service() as running:
        yield running


@pytest.mark.parametrize(
    "crush",
    [
        pytest.param(SHORT, id="short", marks=[pytest.mark.nightly, pytest.mark.timeout(240)]),
        pytest.param(FULL, id="full", marks=[pytest.mark.chaos, pytest.mark.timeout(600)]),
    ],
)
def test_slow_and_silent_clients_do_not_hold_up_the_others(service: Service, crush: Crush) -> None:
    service.environment["FRONT_STALL_SECONDS"] = str(crush.stall_seconds)
    service.start_api(workers=2)
    alice, bob, dana = Person("Alice"), Person("Bob"), Phone()
    grow(alice, crush.entries)
    caregivers = [Person(f"Bob {number}") for number in range(crush.readers)]
    for caregiver in caregivers:
        caregiver.cares_for(alice, "read")
    latencies(service, dana, until=time.monotonic() + 1)  # warm
    quiet = latencies(service, dana, until=time.monotonic() + 2)

    write = put(bob, entry(0))
    with Crowd(service.port) as crowd, OnABadLine(service, crush.synced) as honest:
        crowd.fall_silent(head("POST", "/api/auth/app/v1/auth/login", length=5000), count=10)
        crowd.fall_silent(write[: len(write) // 2], count=crush.each)
        crowd.fall_silent(write[:-1], count=crush.each)
        crowd.drip(write, count=crush.each)
        for caregiver in caregivers:
            crowd.sip(export_of(alice, caregiver), count=1)

        seconds = latencies(service, dana, until=time.monotonic() + crush.seconds)
        assert quantile(seconds, 0.99) < max(1, 3 * quantile(quiet, 0.99))  # more only where the machine is busy itself
        assert httpx.get(f"{service.url}/health/live", timeout=1).is_success
        wait_until(lambda: crowd.answers[b"200"] == len(caregivers))
        assert [ask_again(service, alice, caregiver) for caregiver in caregivers[:2]] == [429, 429]
        honest.join()
    assert honest.statuses == [201, 200]
    assert crowd.answers[b"408"] >= 2 * crush.each
    assert set(crowd.answers) <= {b"408", b"200", b""}


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def ask_again(service: Service, person: Person, caregiver: Person) -> int:
    """The status of another export while the caregiver's first one is being read."""
    path = f"/api/v1/patients/{person.patient_id}/export.json"
    headers = {"Authorization": f"Bearer {caregiver.token}"}
    return httpx.get(f"{service.url}{path}", headers=headers, timeout=30).status_code


class OnABadLine(Thread):
    """A phone that sends an entry and then a sync, at 32 kB a second. Use as a context manager."""

    def __init__(self, service: Service, entries: int) -> None:
        super().__init__()
        self._port = service.port
        phone = Phone()
        noted = [entry(day % 300, note=NOTE) for day in range(entries)]
        self._messages = [phone.put(entry(0, note=NOTE)), phone.sync(noted)]
        self.statuses: list[int] = []

    def __enter__(self) -> "OnABadLine":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.join()

    def run(self) -> None:
        step = LINE // 10
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as line:
            for message in self._messages:
                for place in range(0, len(message), step):
                    line.sendall(message[place : place + step])
                    time.sleep(0.1)
                self.statuses.append(int(line.recv(64 * 1024)[9:12]))


def put(person: Person, body: dict[str, Any]) -> bytes:
    return request("PUT", f"/api/v1/patients/me/entries/{body['id']}", token=person.token, body=body)


def head(method: str, path: str, *, length: int) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n".encode()


def export_of(person: Person, caregiver: Person) -> bytes:
    path = f"/api/v1/patients/{person.patient_id}/export.json"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {caregiver.token}\r\n\r\n".encode()
