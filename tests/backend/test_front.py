"""What clients meet before Django does: bodies that are late, large or in chunks, and answers that wait to be read."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from diary.models import Entry, Patient
from tests.cast import Person
from tests.diary.recordings import entry, full_entry
from tests.problems import is_of_the_table
from tests.service import Service

KIB, MIB = 1024, 1024 * 1024
SYNC = "patients/me/sync"
Body = bytes | Iterator[bytes] | None


@pytest.fixture(scope="module")
def _impatient(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Service]:
    with django_db_blocker.unblock(), Service() as service:
        service.environment["FRONT_STALL_SECONDS"] = "1"
        yield service.start_api("--http1-header-read-timeout", "1000")


@pytest.fixture
def impatient(_impatient: Service, transactional_db: None) -> Service:
    """The API, which gives a client up after a second."""
    return _impatient


@pytest.fixture
def alice(impatient: Service) -> Person:
    return Person("Alice")


@dataclass(frozen=True)
class Answer:
    """What a client could read."""

    status: int
    headers: Message
    content: bytes


def ask(
    service: Service, person: Person, method: str, path: str, body: bytes | Iterator[bytes] | None = None
) -> Answer:
    """One request with the standard library's client, which reads an answer when it has sent everything.

    An iterator is sent in chunks.
    """
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=20)) as phone:
        return ask_with(phone, person, method, path, body)


def ask_with(phone: HTTPConnection, person: Person, method: str, path: str, body: Body) -> Answer:
    """The same on a connection that may have served before."""
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": "application/json"}
    phone.request(method, f"/api/v1/{path}", body, headers)
    answer = phone.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


def in_chunks(body: bytes) -> Iterator[bytes]:
    yield from (body[place : place + 1000] for place in range(0, len(body), 1000))


def new_entry(**answers: Any) -> tuple[str, bytes]:
    """Its path, and itself."""
    made = entry(**answers)
    return f"patients/me/entries/{made['id']}", json.dumps(made).encode()


def sync_of(size: int) -> bytes:
    """Nothing to change, in so many bytes."""
    return json.dumps({"cursor": None, "changes": []}).encode().ljust(size)


def problem(answer: Answer) -> int:
    """Its status, once it is sure that the client can read it."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert is_of_the_table(json.loads(answer.content), answer.status)
    return answer.status


def start(service: Service, message: bytes) -> socket.socket:
    """A connection with the beginning of something."""
    line = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    line.sendall(message)
    return line


def head(person: Person, method: str, path: str, *headers: str) -> bytes:
    lines = [f"{method} /api/v1/{path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {person.token}", *headers]
    return "".join(f"{line}\r\n" for line in [*lines, "Content-Type: application/json", ""]).encode()


def everything(line: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    return b"".join(iter(lambda: line.recv(64 * KIB), b""))


def test_a_body_that_stops_coming_is_408(impatient: Service, alice: Person) -> None:
    path, body = new_entry()
    with start(impatient, head(alice, "PUT", path, f"Content-Length: {len(body)}") + body[:-1]) as line:
        answer = everything(line)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nconnection: close\r\n" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == 408
    assert alice.get("patients/me/entries").body["items"] == []


def test_a_body_that_breaks_off_is_not_acted_upon(impatient: Service, alice: Person) -> None:
    path, body = new_entry()
    with start(impatient, head(alice, "PUT", path, "Transfer-Encoding: chunked") + b"%x\r\n%b" % (len(body), body)):
        pass
    with start(impatient, head(alice, "PUT", path, "Transfer-Encoding: chunked") + b"these are no chunks") as line:
        assert line.recv(12) == b"HTTP/1.1 400"
    assert alice.get("patients/me/entries").body["items"] == []


def test_a_body_may_come_in_chunks(impatient: Service, alice: Person) -> None:
    path, body = new_entry(worst_pain=7)
    assert ask(impatient, alice, "PUT", path, in_chunks(body)).status == 201
    assert alice.get(path).body["worst_pain"] == 7
    assert ask(impatient, alice, "POST", SYNC, in_chunks(sync_of(2 * MIB))).status == 200


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("PUT", "patients/me/entries/0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b51", 64 * KIB),
        ("GET", "caring", 64 * KIB),
        ("POST", "nowhere", 64 * KIB),
        ("POST", SYNC, 2 * MIB),
        ("POST", "patients/me/import", 32 * MIB),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_the_limit_is_413_that_a_client_can_read(
    impatient: Service, alice: Person, method: str, path: str, limit: int, chunked: bool
) -> None:
    body = b" " * (limit + MIB)
    assert problem(ask(impatient, alice, method, path, in_chunks(body) if chunked else body)) == 413


def test_who_asks_before_sending_is_answered_before_sending(impatient: Service, alice: Person) -> None:
    path, body = new_entry()
    expecting = head(alice, "PUT", path, "Expect: 100-continue", f"Content-Length: {len(body)}")
    with start(impatient, expecting) as line:
        assert line.recv(KIB) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(body)
        assert line.recv(12) == b"HTTP/1.1 201"
    expecting = head(alice, "PUT", path, "Expect: 100-continue", f"Content-Length: {64 * KIB + 1}")
    with start(impatient, expecting) as line:
        assert everything(line).startswith(b"HTTP/1.1 413 ")


def test_a_connection_serves_one_request_after_the_other(impatient: Service, alice: Person) -> None:
    with closing(HTTPConnection("127.0.0.1", impatient.port, timeout=20)) as phone:
        phone.connect()
        line = phone.sock
        for method, path, body, status in [
            ("HEAD", "patients/me/entries", None, 200),
            ("PUT", *new_entry(), 201),
            ("GET", "patients/me/entries", None, 200),
            ("DELETE", new_entry()[0], None, 204),
            ("POST", SYNC, b"{", 400),
            ("POST", SYNC, in_chunks(sync_of(3000)), 200),
        ]:
            answer = ask_with(phone, alice, method, path, body)
            assert answer.status == status
            assert bool(answer.content) == (method != "HEAD" and status != 204)
            assert phone.sock is line


def test_health_answers_while_every_thread_is_busy(impatient: Service, alice: Person) -> None:
    with ThreadPoolExecutor(8) as phones:
        with transaction.atomic():
            Patient.objects.select_for_update().get(pk=alice.patient_id)
            waiting = [phones.submit(ask, impatient, alice, "PUT", *new_entry()) for _ in range(8)]
            time.sleep(1)
            began = time.monotonic()
            for method in ("GET", "HEAD"):
                with start(impatient, f"{method} /health/live HTTP/1.0\r\n\r\n".encode()) as line:
                    assert everything(line).startswith(b"HTTP/1.0 200 ")
            assert time.monotonic() - began < 0.5
            assert not any(one.done() for one in waiting)
        assert {one.result().status for one in waiting} == {201}


def test_a_large_answer_comes_whole_and_says_how_large_it_is(impatient: Service, alice: Person) -> None:
    for _ in range(60):
        written = full_entry(note="Long. " * 600)
        alice.put(f"patients/me/entries/{written['id']}", written)
    answer = ask(impatient, alice, "GET", "patients/me/export.json")
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert len(json.loads(answer.content)["entries"]) == 60
    assert ask(impatient, alice, "GET", "patients/me/export.json").status == 200


def test_what_there_is_no_room_for_is_503_and_an_entry_still_fits(transactional_db: None) -> None:
    alice, dana = Person("Alice"), Person("Dana")
    grow(dana, entries=1200)
    with Service() as cramped:
        cramped.environment["FRONT_ROOM_BYTES"] = str(MIB)
        cramped.start_api()
        for _ in range(2):
            refused = ask(cramped, alice, "POST", SYNC, sync_of(2 * MIB))
            assert (problem(refused), refused.headers["Retry-After"]) == (503, "60")
            assert problem(ask(cramped, dana, "GET", "patients/me/export.json")) == 503
            assert ask(cramped, alice, "POST", SYNC, sync_of(MIB - KIB)).status == 200
            assert ask(cramped, alice, "PUT", *new_entry()).status == 201


def test_a_client_that_reads_nothing_is_cut_off(impatient: Service, alice: Person) -> None:
    time.sleep(1)  # from then on the kernel keeps little for new connections
    grow(alice, entries=800)
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(("127.0.0.1", impatient.port))
        line.sendall(head(alice, "GET", "patients/me/export.json"))
        time.sleep(4)
        with pytest.raises(ConnectionResetError):
            everything(line)
    assert ask(impatient, alice, "GET", "patients/me/export.json").status == 200


def test_headers_that_do_not_come_end_the_connection(impatient: Service) -> None:
    for beginning in (b"", b"GET /health/live HTTP/1.1\r\nHost: "):
        began = time.monotonic()
        with start(impatient, beginning) as line:
            assert everything(line) == b""
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "beginning",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    ],
    ids=["by prior knowledge", "by an upgrade"],
)
def test_http_2_is_not_spoken_in_the_clear(impatient: Service, beginning: bytes) -> None:
    with start(impatient, beginning) as line:
        answer = everything(line)
    assert answer[:9] in {b"HTTP/1.1 ", b""}
    assert b"101 Switching" not in answer


def test_the_server_keeps_no_log_of_addresses_whatever_its_environment_says(
    transactional_db: None, capfd: pytest.CaptureFixture[str]
) -> None:
    with Service() as service:
        service.environment["GRANIAN_LOG_ACCESS_ENABLED"] = "true"
        service.start_api("--log-level", "debug")
        path = "/A/bP9uAdDASv6EMXI8Lribww:1xV58B:A9Z45kl1OY7gWCdayFM_d0lXpviWHXilgn1MNMT8vOA"
        with start(service, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()) as line:
            assert everything(line).startswith(b"HTTP/1.1 404")
    written = "".join(capfd.readouterr())
    assert "/A/..." in written
    assert "d0lXpviWHX" not in written


def test_a_server_that_stops_finishes_the_requests_it_has(transactional_db: None) -> None:
    alice = Person("Alice")
    path, body = new_entry()
    with Service() as service, ThreadPoolExecutor(1) as stopping:
        service.start_api()
        with start(service, head(alice, "PUT", path, f"Content-Length: {len(body)}") + body[:10]) as line:
            time.sleep(0.3)
            stopped = stopping.submit(service.stop, "api")
            time.sleep(0.5)
            line.sendall(body[10:])
            assert line.recv(12) == b"HTTP/1.1 201"
            stopped.result()
    assert alice.get(path).status == 200


def grow(person: Person, *, entries: int) -> None:
    """So many entries with notes of 4 kB, each but the first a copy."""
    first = entry(note="Long. " * 600)
    person.put(f"patients/me/entries/{first['id']}", first)
    columns = [field.column for field in Entry._meta.local_concrete_fields if field.column]
    values = {name: name for name in columns} | {"id": "gen_random_uuid()", "revision": "revision + n"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO diary_entry ({', '.join(columns)}) SELECT {', '.join(values[name] for name in columns)}"
            " FROM diary_entry, generate_series(1, %s) AS n WHERE patient_id = %s",
            [entries - 1, person.patient_id],
        )
        cursor.execute("UPDATE diary_patient SET revision = %s WHERE id = %s", [entries, person.patient_id])
