"""Rate limits: by account and by address, exact under load, and never in the way of an honest phone."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from alerts.messages.patterns import PATTERNS
from backend.local.embedded.valkey import Valkey
from diary.api.framework.limiting import few_at_once, require_within_limits
from diary.api.framework.view import ApiView
from diary.api.refusals import CHEAP
from diary.breaker import LEFT_ALONE
from diary.identity.provisioning import issue_token
from diary.limits.buckets import PREFIX
from diary.limits.networks import network_of
from diary.models import AccessLine, Session
from diary.problems import Problem
from tests.cast import Person, send
from tests.diary.api.views import views_below
from tests.diary.recordings import entry

ENTRIES = "patients/me/entries"
A_FEW = {"account writes": (4, 60), "account reads": (3, 60), "address": (500, 600), "address of strangers": (6, 60)}


@pytest.fixture
def limited(settings: Settings) -> Iterator[Settings]:
    """Limits are on, and nothing has been counted."""
    counters = redis.Redis.from_url(settings.REDIS_URL)
    for key in counters.scan_iter(f"{PREFIX}:*"):
        counters.delete(key)
    settings.RATE_LIMITS = True
    yield settings
    counters.close()


@pytest.fixture
def few(limited: Settings) -> Settings:
    """Limits that a test can reach."""
    limited.API_LIMITS = A_FEW
    return limited


def request(method: str = "PUT", **meta: str) -> HttpRequest:
    return RequestFactory().generic(method, "/api/v1/patients/me/entries", **meta)  # type: ignore[arg-type]


def passes(asked: HttpRequest, holder: UUID | None, *, cost: int = 1) -> bool:
    with suppress(Problem):
        require_within_limits(asked, holder=holder, cost=cost)
        return True
    return False


def how_many_pass(asked: HttpRequest, holder: UUID | None, *, of: int) -> int:
    return sum(passes(asked, holder) for _ in range(of))


def put(person: Person, **headers: str) -> int:
    data = entry()
    return person.put(f"{ENTRIES}/{data['id']}", data, **headers).status


def test_who_asks_too_often_is_told_when_to_come_back(few: Settings, alice: Person) -> None:
    alice.get(ENTRIES)  # from now on it is known whose token it is
    answers = [alice.get(ENTRIES) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.body["type"] == "/problems/too-many-requests"


def test_room_comes_back_with_time(few: Settings) -> None:
    few.API_LIMITS = A_FEW | {"account writes": (2, 1200)}  # one every 50 ms
    dana = uuid4()
    assert how_many_pass(request(), dana, of=3) == 2
    time.sleep(0.06)
    assert how_many_pass(request(), dana, of=2) == 1


def test_requests_at_the_same_moment_do_not_slip_through_together(few: Settings) -> None:
    few.API_LIMITS = A_FEW | {"account writes": (20, 1)}
    dana = uuid4()
    with ThreadPoolExecutor(16) as phones:
        passed = list(phones.map(lambda _: passes(request(), dana), range(200)))
    assert sum(passed) == 20


def test_what_is_refused_is_not_counted(few: Settings) -> None:
    few.API_LIMITS = A_FEW | {"account writes": (2, 1), "address": (3, 1)}
    alice, bob = uuid4(), uuid4()
    assert how_many_pass(request(), alice, of=10) == 2
    assert how_many_pass(request(), bob, of=10) == 1, "the address has room for one more"


def test_reading_too_much_leaves_room_to_write(few: Settings) -> None:
    dana = uuid4()
    assert how_many_pass(request("GET"), dana, of=10) == 3
    assert how_many_pass(request("PUT"), dana, of=10) == 4


def test_an_account_is_one_whatever_its_devices_and_networks(few: Settings, alice: Person) -> None:
    put(alice)
    statuses = [put(alice) for _ in range(2)]
    alice.token = issue_token(user=alice.user, now=timezone.now())
    put(alice)  # a new token: whose it is shows here
    statuses += [put(alice, X_Forwarded_For=f"203.0.113.{number}") for number in range(4)]
    assert statuses == [201, 201, 201, 201, 429, 429]


def test_a_flood_without_a_good_token_turns_away_nobody_who_is_signed_in(few: Settings, alice: Person) -> None:
    alice.get(ENTRIES)
    flood = [send("GET", ENTRIES, Authorization=f"Bearer {uuid4()}").status for _ in range(8)]
    assert set(flood) == {401, 429}
    assert flood.count(429) >= 2
    assert alice.get(ENTRIES).status == 200


def test_a_stolen_token_costs_its_owner_nothing_once_it_is_revoked(few: Settings, alice: Person) -> None:
    stolen = alice.token
    put(alice)
    Session.objects.filter(user=alice.user).delete()
    alice.token = issue_token(user=alice.user, now=timezone.now())
    for _ in range(10):
        send("PUT", f"{ENTRIES}/{uuid4()}", {}, Authorization=f"Bearer {stolen}")
    few.API_LIMITS = A_FEW | {"address of strangers": (50, 60)}
    assert [put(alice) for _ in range(3)] == [201, 201, 201]


def test_a_refused_request_reaches_neither_database_nor_access_log(
    few: Settings, alice: Person, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        alice.get(ENTRIES)
    lines = AccessLine.objects.count()
    with django_assert_num_queries(0):
        assert alice.get(ENTRIES).status == 429
    assert AccessLine.objects.count() == lines


def test_what_comes_too_soon_is_read_for_danger_signs_without_the_database(
    few: Settings, alice: Person, django_assert_num_queries: Any
) -> None:
    few.API_LIMITS = A_FEW | {"account writes": (1, 1)}
    assert [put(alice), put(alice), put(alice)] == [201, 201, 429]
    numb = entry(date=timezone.now().date().isoformat(), symptoms={"saddle_numbness": True})
    sent: list[tuple[str, str, Any]] = [
        ("PUT", f"{ENTRIES}/{numb['id']}", numb),
        ("POST", "patients/me/sync", {"changes": [{"type": "entry", "op": "put", "id": numb["id"], "data": numb}]}),
    ]
    with django_assert_num_queries(0):
        answers = [alice.send(method, path, body, Accept_Language="es") for method, path, body in sent]
    for answer in answers:
        (sign,) = answer.body["raised"]
        assert (answer.status, sign["rule"], sign["stored"]) == (429, "cauda_equina", False)
        with translation.override("es"):
            assert sign["title"] == str(PATTERNS["cauda_equina"].title)


def test_what_comes_too_soon_and_is_long_is_not_read(few: Settings, alice: Person) -> None:
    few.API_LIMITS = A_FEW | {"account writes": (1, 1)}
    assert [put(alice), put(alice), put(alice)] == [201, 201, 429]
    long = entry(symptoms={"saddle_numbness": True}, note="a" * CHEAP)
    answer = alice.put(f"{ENTRIES}/{long['id']}", long)
    assert (answer.status, answer.body["raised"]) == (429, [])


def test_three_weeks_offline_are_sent_one_by_one_without_a_refusal(limited: Settings) -> None:
    days, writes_a_day, tries, phones = 21, 5, 5, 2
    assert how_many_pass(request(), uuid4(), of=days * writes_a_day * tries * phones) == 1050


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "network"),
    [
        (0, "203.0.113.9", "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (0, "", "::ffff:198.51.100.7", "198.51.100.7"),
        (0, "", "2001:db8:0:1::5", "2001:db8:0:1::"),
        (0, "", "2001:0DB8:0000:0001:ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
        (1, "not an address", "10.0.0.1", "unknown"),
        (0, "", "", "unknown"),
    ],
)
def test_an_address_is_what_our_own_proxies_say_in_one_spelling(
    settings: Settings, proxies: int, forwarded: str, remote: str, network: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert network_of(request(HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=remote)) == network


def test_every_address_of_the_api_is_counted() -> None:
    views = dict(views_below("api/v1/", get_resolver().url_patterns))
    assert len(views) > 15
    uncounted = {path for path, view in views.items() if not issubclass(view, ApiView)}
    assert uncounted == {"api/v1/schema"}  # it counts itself: `backend.contract`


def test_without_redis_everybody_passes_and_it_is_asked_again_later(
    few: Settings, own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    few.REDIS_URL = own_valkey.url
    dana = uuid4()
    assert how_many_pass(request(), dana, of=6) == 4
    own_valkey.kill()
    assert how_many_pass(request(), dana, of=50) == 50
    own_valkey.start()
    assert how_many_pass(request(), dana, of=10) == 10, "it is left alone for a while"
    later = time.monotonic() + LEFT_ALONE
    monkeypatch.setattr("diary.breaker.time.monotonic", lambda: later)
    how_many_pass(request(), dana, of=20)
    assert not passes(request(), dana)


def test_a_frozen_redis_costs_one_short_wait_and_not_one_a_request(few: Settings, own_valkey: Valkey) -> None:
    few.REDIS_URL = own_valkey.url
    passes(request(), uuid4())
    assert own_valkey.process is not None
    own_valkey.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert how_many_pass(request(), uuid4(), of=200) == 200
        assert time.monotonic() - began < 1.5
    finally:
        own_valkey.process.send_signal(signal.SIGCONT)


def test_what_costs_more_draws_more(few: Settings) -> None:
    few.API_LIMITS = A_FEW | {"account reads": (20, 60)}
    alice = uuid4()
    assert passes(request("GET"), alice, cost=10)
    assert passes(request("GET"), alice, cost=10)
    assert not passes(request("GET"), alice)
    assert passes(request("GET"), uuid4(), cost=100)  # what costs more than all there is takes all there is


def test_addresses_that_read_whole_diaries_cost_more() -> None:
    views = {view for _, view in views_below("api/v1/", get_resolver().url_patterns) if issubclass(view, ApiView)}
    costs = {view.__name__: view.costs for view in views if view.costs}
    assert costs == {
        "SyncView": {"POST": 5},
        "ImportView": {"POST": 10},
        "DaysView": {"GET": 5},
        "ScreeningView": {"GET": 10},
        "ReportView": {"GET": 10},
        "FhirView": {"GET": 10},
    }


def test_an_account_has_two_readings_of_a_diary_going_on_and_no_more(limited: Settings, alice: Person) -> None:
    assert alice.get("patients/me/screening").status == 200
    with few_at_once(str(alice.id), most=2), few_at_once(str(alice.id), most=2):
        refused = alice.get("patients/me/screening")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
        assert alice.get("patients/me/days").status == 200
        with few_at_once(str(alice.id), most=4), few_at_once(str(alice.id), most=4):
            assert alice.get("patients/me/days").status == 429
        assert alice.get("patients/me/entries").status == 200
        assert put(alice) == 201
    assert alice.get("patients/me/screening").status == 200


def test_an_import_too_many_is_read_for_danger_signs(limited: Settings, alice: Person) -> None:
    today = timezone.now().date().isoformat()
    numb = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    document = {"format": "symptom-diary/1", "patient": {}, "entries": [numb]}
    assert alice.get("patients/me/days").status == 200
    with few_at_once(str(alice.id), most=2), few_at_once(str(alice.id), most=2):
        refused = alice.post("patients/me/import", document)
    assert (refused.status, [one["rule"] for one in refused.body["raised"]]) == (429, ["cauda_equina"])


def test_a_reading_of_one_account_keeps_nobody_else_out(limited: Settings, alice: Person, bob: Person) -> None:
    assert alice.get("patients/me/days").status == bob.get("patients/me/days").status == 200
    with few_at_once(str(alice.id), most=2), few_at_once(str(alice.id), most=2):
        assert bob.get("patients/me/screening").status == 200


def test_a_reading_that_failed_gives_its_place_back(limited: Settings, alice: Person) -> None:
    statuses = [alice.get("patients/me/screening?as_of=never").status for _ in range(4)]
    assert statuses == [400] * 4


def test_places_of_a_process_that_died_come_back(limited: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diary.limits.buckets.LEASE", 0.2)
    who = str(uuid4())
    abandoned = [few_at_once(who, most=2) for _ in range(2)]
    for one in abandoned:
        one.__enter__()
    with pytest.raises(Problem), few_at_once(who, most=2):
        pass
    time.sleep(0.3)
    with few_at_once(who, most=2):
        pass


def test_many_at_the_same_moment_are_two(limited: Settings) -> None:
    who = str(uuid4())

    def reading(_: int) -> bool:
        with suppress(Problem), few_at_once(who, most=2):
            time.sleep(1)
            return True
        return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(reading, range(8))) == 2


def test_limits_can_be_lifted_for_load_tests(few: Settings) -> None:
    few.RATE_LIMITS = False
    assert how_many_pass(request(), uuid4(), of=50) == 50


def test_twenty_invitations_a_day_are_mailed_and_not_one_more(
    limited: Settings, alice: Person, bob: Person, time_machine: Any
) -> None:
    invite = {"email": "charlie@example.org", "level": "read"}
    statuses = [alice.post("patients/me/caregivers", invite).status for _ in range(21)]
    assert statuses == [201, *[200] * 19, 429]
    refused = alice.post("patients/me/caregivers", invite)
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
    assert bob.post("patients/me/caregivers", invite).status == 201
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1))
    alice.show_again_who_it_is()
    assert alice.post("patients/me/caregivers", invite).status == 200
