"""A request has one id: in its answer, in its problem document, in every log line, and in what workers log of it."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.cast import Person
from tests.diary.recordings import entry
from tests.service import Service

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service") / "log"


@pytest.fixture(scope="module")
def service(log: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Service]:
    with django_db_blocker.unblock(), Service(log=log) as running:
        running.environment["LOG_LEVEL"] = "INFO"
        yield running.start_api().start_worker()


@pytest.fixture
def alice(transactional_db: None) -> Person:
    return Person("Alice")


def asked(service: Service, person: Person, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {person.token}", **headers}
    return httpx.request(method, f"{service.url}{path}", json=body, headers=headers, timeout=20)


def lines_with(log: Path, *words: str) -> list[str]:
    """The lines that hold all of them, as soon as there is one; none after ten seconds."""
    deadline = time.monotonic() + 10
    while True:
        found = [line for line in log.read_text().splitlines() if all(word in line for word in words)]
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def test_a_refusal_names_its_request_in_header_body_and_log(service: Service, log: Path, alice: Person) -> None:
    answer = asked(service, alice, "GET", f"/api/v1/patients/me/entries/{uuid4()}")
    id_ = answer.headers["X-Request-ID"]
    assert answer.status_code == 404
    assert UUID(answer.json()["instance"]) == UUID(id_)
    assert answer.json()["instance"] == f"urn:uuid:{id_}"
    assert lines_with(log, "Not Found", f"request_id={id_}")


def test_each_request_has_its_own(service: Service, alice: Person) -> None:
    answers = [
        asked(service, alice, "GET", "/api/v1/patients/me/entries", **{"X-Request-ID": "mine"}) for _ in range(2)
    ]
    assert len({answer.headers["X-Request-ID"] for answer in answers} - {"mine"}) == 2


def test_what_the_front_refuses_has_one_too(service: Service, alice: Person) -> None:
    body = {"note": "x" * 2_000_000}
    answer = asked(service, alice, "PUT", f"/api/v1/patients/me/entries/{uuid4()}", body)
    assert answer.status_code == 413
    assert answer.json()["instance"] == f"urn:uuid:{answer.headers['X-Request-ID']}"


def test_the_tasks_that_a_write_causes_name_it(service: Service, log: Path, alice: Person) -> None:
    sign = entry(recorded_at=datetime.now(UTC).isoformat(), symptoms={"saddle_numbness": True})
    sign["date"] = sign["recorded_at"][:10]
    answer = asked(service, alice, "PUT", f"/api/v1/patients/me/entries/{sign['id']}", sign)
    assert answer.json()["raised"]
    caused = lines_with(log, "sent ", "delivery=", f"request_id={answer.headers['X-Request-ID']}")
    assert len(caused) == 1
    assert re.search(r"delivery=[0-9a-f-]{36}", caused[0])


def test_an_answer_that_is_no_problem_has_the_header_alone(service: Service, alice: Person) -> None:
    answer = asked(service, alice, "GET", "/api/v1/patients/me/entries")
    assert answer.status_code == 200
    assert "instance" not in answer.json()
