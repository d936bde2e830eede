"""What anyone can have stored without an account: a short list, each limited and gone within the hour."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from diary.identity.addresses import sweep_unproved
from diary.identity.provisioning import register
from diary.identity.sessions import CHALLENGE_LIFETIME, PENDING_LIFETIME
from diary.limits.buckets import PREFIX
from diary.models import Patient, Session, User
from diary.tasks import sweep_sessions
from tests.diary.identity.app import API, PASSWORD, App
from tests.receiver import MailReceiver

SOMEBODY = "0195e8b2-0000-7000-8000-000000000000"
BODY = {"email": "alice@example.org", "password": PASSWORD, "key": "AAAA-AAAA", "code": "000000"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRITES = {
    ("POST", f"{API}auth/signup"): {"diary_session"},
    ("POST", f"{API}auth/password/request"): {"diary_session"},
    ("GET", f"{API}auth/webauthn/login"): {"diary_session"},
}

pytestmark = pytest.mark.django_db


def addresses(patterns: list[Any], path: str = "/") -> Iterator[str]:
    """Every address there is, with an id or a word where one is asked for."""
    for pattern in patterns:
        here = path + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and "(" not in here:
            kinds = {
                "<diary:patient>": "me",
                "<id:id>": SOMEBODY,
                "<token>": "t",
                "<str:token>": "t",
                "<slug:slug>": "gone",
            }
            for kind, value in kinds.items():
                here = here.replace(kind, value)
            yield here


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names))
        return dict(cursor.fetchall())


def test_nothing_else_that_anybody_may_send_stores_a_row(mailbox: MailReceiver) -> None:
    everywhere = sorted(set(addresses(get_resolver().url_patterns)))
    assert len(everywhere) > 60
    stored: dict[tuple[str, str], set[str]] = {}
    before = rows()
    for address in everywhere:
        for method in METHODS:
            body = {name: value for name, value in BODY.items() if method != "GET"}
            Client(raise_request_exception=False).generic(
                method, address, data=_json(body), content_type="application/json"
            )
            after = rows()
            if grown := {name for name, count in after.items() if count > before[name]}:
                stored[method, address] = grown
            before = after
    assert stored == WRITES


def test_what_waits_for_a_second_factor_or_a_code_is_one_row_of_an_hour(app: Callable[[], App]) -> None:
    app().sign_up("alice@example.org")

    assert Session.objects.get().expire_date - timezone.now() <= PENDING_LIFETIME


def test_a_challenge_lives_ten_minutes_and_is_then_swept_twice_without_harm(app: Callable[[], App]) -> None:
    app().get("auth/webauthn/login")
    row = Session.objects.get()
    assert row.expire_date - timezone.now() <= CHALLENGE_LIFETIME

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    sweep_sessions()
    sweep_sessions()

    assert not Session.objects.exists()


def test_accounts_of_an_older_release_that_proved_nothing_are_swept_after_a_day() -> None:
    now = datetime(2026, 3, 29, 3, 0, tzinfo=UTC)
    for name, age in {"old": 25, "young": 23}.items():
        user = User.objects.create_user(f"{name}@example.org", PASSWORD, date_joined=now - timedelta(hours=age))
        Patient.objects.create(user=user)
    register(email="alice@example.org", password=PASSWORD, now=now - timedelta(days=30))

    assert sweep_unproved(now=now) == 1
    assert sweep_unproved(now=now) == 0
    assert set(User.objects.values_list("email", flat=True)) == {"young@example.org", "alice@example.org"}


@pytest.mark.parametrize(("method", "path"), [("GET", "config"), ("GET", "auth/session"), ("POST", "auth/login")])
def test_each_step_of_the_identity_api_is_counted_for_its_address(settings: Settings, method: str, path: str) -> None:
    counters = redis.Redis.from_url(configured.REDIS_URL)
    counters.delete(f"{PREFIX}:identity:127.0.0.1")
    settings.RATE_LIMITS = True
    settings.API_LIMITS = settings.API_LIMITS | {"address at sign-in": (3, 60)}

    answers = [Client().generic(method, API + path, content_type="application/json") for _ in range(4)]
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").generic(method, API + path, content_type="application/json")

    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert elsewhere.status_code != 429
    counters.delete(f"{PREFIX}:identity:127.0.0.1", f"{PREFIX}:identity:203.0.113.9")
    counters.close()


def _json(body: dict[str, str]) -> bytes:
    return json.dumps(body).encode() if body else b""
