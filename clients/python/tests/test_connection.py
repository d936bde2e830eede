"""Requests by the contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import httpx
import pytest

from symptom_diary_client import Connection, MemorySecrets, NoAnswer, Problem
from symptom_diary_client.connection import retry_after
from symptom_diary_client.content import says_the_same, written
from symptom_diary_client.queue.backoff import asked_seconds, backoff_seconds

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=timezone.utc)


def connected(
    answer: Callable[[httpx.Request], httpx.Response], asked: list[httpx.Request] | None = None
) -> Connection:
    def answered(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        return answer(request)

    secrets = MemorySecrets(token="a-token")
    return Connection("https://diary.example/", secrets, language=lambda: "de", transport=httpx.MockTransport(answered))


def test_a_request_brings_the_token_and_the_language() -> None:
    asked: list[httpx.Request] = []
    connection = connected(lambda _: httpx.Response(200, json={"items": []}), asked)
    connection.request("GET", "/api/v1/patients/{patient}/entries", names={"patient": "a/b"}, query={"limit": 5})
    (request,) = asked
    assert str(request.url) == "https://diary.example/api/v1/patients/a%2Fb/entries?limit=5"
    assert (request.headers["Authorization"], request.headers["Accept-Language"]) == ("Bearer a-token", "de")


def test_an_answer_that_is_no_success_is_a_problem_with_its_document() -> None:
    problem = {"type": "/problems/invalid", "title": "Some fields are invalid", "status": 400, "detail": ""}
    connection = connected(lambda _: httpx.Response(400, json=problem, headers={"Retry-After": "7"}))
    with pytest.raises(Problem, match="400: Some fields are invalid") as raised:
        connection.request("GET", "/api/v1/caring")
    assert (raised.value.type, raised.value.status, raised.value.retry_after) == ("/problems/invalid", 400, 7)


def no_network(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no network")


@pytest.mark.parametrize(
    "answer",
    [
        no_network,
        lambda _: httpx.Response(200, content='{"results": [', headers={"Content-Type": "application/json"}),
        lambda _: httpx.Response(200, html="<h1>Hotel WiFi</h1>"),
        lambda _: httpx.Response(302, headers={"Location": "https://wifi.example/"}),
    ],
)
def test_no_answer_half_of_one_and_one_of_somebody_in_between_are_none(
    answer: Callable[[httpx.Request], httpx.Response],
) -> None:
    with pytest.raises(NoAnswer):
        connected(answer).send("GET", "/api/v1/caring")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Mon, 02 Mar 2026 07:31:00 GMT", 60),
        ("Mon, 02 Mar 2026 07:00:00 GMT", 0),
        ("soon", None),
        ("²", None),
        (None, None),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_waits_grow_are_spread_by_chance_and_end_at_five_minutes() -> None:
    waits = [(backoff_seconds(failures, lambda: 0), backoff_seconds(failures, lambda: 1)) for failures in (0, 1, 5, 90)]
    assert waits == [(0.5, 1), (1, 2), (16, 32), (150, 300)]
    assert asked_seconds(60, lambda: 0) >= 60


def test_an_answer_left_out_is_one_not_given_and_an_instant_is_the_same_in_any_offset() -> None:
    one: dict[str, object] = {
        "recorded_at": "2026-03-02T08:00:00+01:00",
        "sites": ["neck", "hip"],
        "symptoms": {},
        "note": None,
    }
    other = {"recorded_at": "2026-03-02T07:00:00Z", "sites": ["hip", "neck"], "worst_pain": None}
    assert says_the_same(one, other)
    assert not says_the_same(one, {**other, "worst_pain": 0})
    assert not says_the_same({"worst_pain": 1}, {"worst_pain": True})
    assert not says_the_same(one, None)


def test_what_is_written_is_without_what_the_service_adds() -> None:
    assert written({"id": "ABC", "weight_kg": 70.0999984741211, "version": 3, "screened": True}) == {
        "id": "abc",
        "weight_kg": 70.1,
    }
