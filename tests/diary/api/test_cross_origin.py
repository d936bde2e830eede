"""A caregiver's browser app on another origin calls the API with its token, and no other origin's does."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import Person
from tests.diary.recordings import entry

APP = "https://app.example.org"
ENTRIES = "/api/v1/patients/me/entries"


@pytest.fixture(autouse=True)
def one_app(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [APP]


def preflight(path: str, *, origin: str = APP, method: str = "PUT") -> Any:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,if-match",
    }
    return Client().options(path, headers=asked)


@pytest.mark.parametrize(
    "path",
    [f"{ENTRIES}/0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b12", "/api/v1/patients/me/sync", "/api/auth/app/v1/auth/login"],
)
def test_the_browser_is_told_that_the_app_may_ask(db: None, path: str) -> None:
    answer = preflight(path)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == APP
    assert "PUT" in answer["Access-Control-Allow-Methods"]
    assert {"authorization", "if-match", "x-session-token"} <= set(answer["Access-Control-Allow-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer


def test_the_app_reads_the_answer_with_its_tag_and_refusals_too(alice: Person) -> None:
    sent = entry()
    good = ask(alice, "PUT", f"{ENTRIES}/{sent['id']}", sent)
    bad = ask(alice, "PUT", f"{ENTRIES}/{sent['id']}", {**sent, "worst_pain": 11})
    assert (good.status_code, bad.status_code) == (201, 400)
    for answer in (good, bad, Client().get(ENTRIES, headers={"Origin": APP})):
        assert answer["Access-Control-Allow-Origin"] == APP
        assert {"ETag", "Retry-After"} <= set(answer["Access-Control-Expose-Headers"].split(", "))
        assert "origin" in answer["Vary"].lower()
        assert "Access-Control-Allow-Credentials" not in answer


def test_no_other_origin_may(alice: Person) -> None:
    for origin in ("https://evil.example", "https://app.example.org.evil.example", "http://app.example.org", "null"):
        assert "Access-Control-Allow-Origin" not in preflight(ENTRIES, origin=origin)
        assert "Access-Control-Allow-Origin" not in ask(alice, "GET", ENTRIES, origin=origin)


def test_pages_are_not_for_other_origins(db: None) -> None:
    for path in ("/a/token", "/health/live", "/metrics"):
        assert "Access-Control-Allow-Origin" not in Client().get(path, headers={"Origin": APP})


def ask(person: Person, method: str, path: str, body: object = None, *, origin: str = APP) -> Any:
    headers = {"Origin": origin, "Authorization": f"Bearer {person.token}"}
    sent = b"" if body is None else json.dumps(body).encode()
    return Client().generic(method, path, sent, content_type="application/json", headers=headers)
