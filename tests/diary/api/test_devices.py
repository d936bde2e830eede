"""The devices of an account."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from diary.models import Device
from diary.reaching.devices import MOST
from diary.reaching.push_tokens import PushToken, forget_push_token, note_acceptance, push_tokens
from tests.alerts.channels.browser import Browser
from tests.cast import Person, send

TOKEN = "apns-0123456789abcdef"


def device(**fields: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "platform": "ios",
        "push_token": TOKEN,
        "time_zone": "Europe/Madrid",
        "app_version": "1.4.0",
        "language": "es",
        **fields,
    }


def put(person: Person, sent: dict[str, Any], **headers: str) -> Any:
    return person.put(f"devices/{sent['id']}", sent, **headers)


def test_a_device_reads_back_without_its_push_token(alice: Person) -> None:
    sent = device()
    answer = put(alice, sent)
    assert (answer.status, answer.headers["ETag"]) == (201, '"1"')
    read = alice.get(f"devices/{sent['id']}").body
    assert read == answer.body
    assert "push_token" not in read
    assert read["push_token_hint"] == "…cdef"
    assert read.items() >= {name: value for name, value in sent.items() if name != "push_token"}.items()
    assert alice.get("devices").body["items"] == [read]


def test_of_a_short_push_token_nothing_is_shown(alice: Person) -> None:
    assert put(alice, device(push_token="short-token")).body["push_token_hint"] == "…"
    assert put(alice, device(push_token=None)).body["push_token_hint"] is None


def test_writing_twice_is_safe(alice: Person) -> None:
    sent = device()
    path = f"devices/{sent['id']}"
    first = put(alice, sent)
    again = put(alice, sent, If_Match='"9"')
    assert (again.status, again.body) == (200, first.body)
    other = sent | {"app_version": "1.5.0"}
    conflict = put(alice, other)
    assert (conflict.status, conflict.body["current"]) == (409, first.body)
    assert put(alice, other, If_Match='"2"').status == 412
    edited = put(alice, other, If_Match='"1"')
    assert (edited.status, edited.body["version"], edited.headers["ETag"]) == (200, 2, '"2"')
    assert alice.delete(path, If_Match='"1"').status == 412
    assert [alice.delete(path).status, alice.delete(path).status] == [204, 204]
    assert (alice.get(path).status, put(alice, sent).status) == (404, 410)
    assert alice.get("devices").body["items"] == []


def test_a_delete_of_an_id_never_used_wins_over_a_late_create(alice: Person) -> None:
    sent = device()
    assert alice.delete(f"devices/{sent['id']}").status == 204
    assert put(alice, sent).status == 410


def test_a_deleted_device_leaves_no_push_token(alice: Person) -> None:
    sent = device()
    put(alice, sent)
    alice.delete(f"devices/{sent['id']}")
    kept = Device.objects.get(user=alice.user)
    assert (kept.push_token, kept.time_zone, kept.platform) == (None, None, None)


def test_a_push_token_belongs_to_the_account_that_showed_it_last(alice: Person, dana: Person) -> None:
    hers, theirs = device(), device()
    put(alice, hers)
    put(dana, theirs)
    assert alice.get(f"devices/{hers['id']}").body["push_token_hint"] is None
    assert alice.get(f"devices/{hers['id']}").body["version"] == 2
    assert dana.get(f"devices/{theirs['id']}").body["push_token_hint"] == "…cdef"


def test_the_same_id_in_two_accounts_is_two_devices(alice: Person, charlie: Person) -> None:
    hers = device(push_token=None)
    put(alice, hers)
    path = f"devices/{hers['id']}"
    assert charlie.get(path).body == charlie.get(f"devices/{uuid4()}").body
    assert charlie.delete(path).status == 204
    assert alice.get(path).status == 200


def test_devices_are_listed_page_by_page(alice: Person) -> None:
    ids = sorted(put(alice, device(push_token=None)).body["id"] for _ in range(5))
    first = alice.get("devices?limit=3").body
    second = alice.get(f"devices?limit=3&cursor={first['next_cursor']}").body
    assert [item["id"] for item in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None


def test_a_cursor_is_good_for_its_own_list_only(alice: Person, dana: Person) -> None:
    for _ in range(2):
        put(alice, device(push_token=None))
    cursor = alice.get("devices?limit=1").body["next_cursor"]
    assert dana.get(f"devices?cursor={cursor}").status == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "x"),
        ("platform", "windows"),
        ("platform", None),
        ("push_token", ""),
        ("push_token", "a" * 2049),
        ("push_token", "line\n"),
        ("push_token", 5),
        ("time_zone", "Mars/Olympus"),
        ("app_version", "1.0\u00a0beta"),
        ("app_version", ""),
        ("language", "xx"),
        ("user", "somebody"),
        ("version", 7),
    ],
)
def test_what_is_no_device_is_refused_by_field(alice: Person, field: str, value: Any) -> None:
    sent = device()
    answer = alice.put(f"devices/{sent['id']}", sent | {field: value})
    assert (answer.status, answer.pointers) == (400, {f"/{field}"})


def test_the_id_must_be_the_one_in_the_address(alice: Person) -> None:
    answer = alice.put(f"devices/{uuid4()}", device())
    assert (answer.status, answer.pointers) == (400, {"/id"})


@pytest.mark.parametrize(("method", "path"), [("GET", "devices"), ("GET", "devices/{}"), ("DELETE", "devices/{}")])
def test_nobody_without_a_token_gets_anywhere(db: None, method: str, path: str) -> None:
    assert send(method, path.format(uuid4())).status == 401


@pytest.mark.django_db(transaction=True)
def test_of_twenty_accounts_showing_one_token_at_once_one_has_it() -> None:
    people = [Person(f"Person{number}") for number in range(20)]

    def show(person: Person) -> int:
        try:
            return int(put(person, device()).status)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(show, people)) == {201}
    assert Device.objects.filter(push_token=TOKEN).count() == 1
    assert Device.objects.count() == 20


def browser_device(subscription: str) -> dict[str, Any]:
    return device(platform="web", push_token=subscription)


@pytest.fixture
def subscription() -> str:
    """As a browser gives it."""
    return Browser("https://push.example/send/0123456789abcdef", server_key="").subscription


def test_a_browser_brings_its_subscription(alice: Person, subscription: str) -> None:
    sent = browser_device(subscription)
    answer = put(alice, sent)
    assert (answer.status, answer.body["push_token_hint"]) == (201, "…cdef")
    kept = Device.objects.get(user=alice.user)
    given, stored = json.loads(subscription), json.loads(kept.push_token or "")
    assert (stored["endpoint"], stored["keys"]) == (given["endpoint"], given["keys"])
    assert alice.get("devices").body["items"] == [answer.body]


def test_the_same_subscription_in_another_spelling_is_the_same(alice: Person, bob: Person, subscription: str) -> None:
    given = json.loads(subscription)
    padded = {"auth": given["keys"]["auth"] + "==", "p256dh": given["keys"]["p256dh"] + "="}
    spelled = json.dumps({"keys": padded, "endpoint": given["endpoint"]}, indent=1).replace("\n", " ")
    sent = browser_device(subscription)
    first = put(alice, sent)
    assert put(alice, sent | {"push_token": spelled}).body == first.body
    assert put(bob, browser_device(spelled)).status == 201
    assert push_tokens(user_id=alice.id, platforms=["web"]) == []


def changed(**members: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda given: given | members


def without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda given: {key: value for key, value in given.items() if key != name}


def with_key(name: str, value: str) -> Callable[[dict[str, Any]], Any]:
    return lambda given: given | {"keys": given["keys"] | {name: value}}


@pytest.mark.parametrize(
    "bend",
    [
        lambda _: "no subscription",
        lambda given: [given],
        changed(endpoint="http://push.example/send/1"),
        changed(endpoint="https://user@push.example/send/1"),
        changed(endpoint="https:///send"),
        changed(endpoint="https://[::1]/send"),
        changed(endpoint="https://push.example/send#1"),
        changed(endpoint=7),
        changed(more="of it"),
        without("keys"),
        without("endpoint"),
        with_key("auth", "AAAA"),
        with_key("auth", "A" * 24),
        with_key("p256dh", "A" * 87),
        with_key("p256dh", "BA"),
        with_key("another", "key"),
    ],
)
def test_what_is_no_subscription_is_refused(
    alice: Person, subscription: str, bend: Callable[[dict[str, Any]], Any]
) -> None:
    bent = json.dumps(bend(json.loads(subscription)))
    answer = put(alice, browser_device(bent))
    assert (answer.status, answer.pointers) == (400, {"/push_token"})
    assert "send" not in json.dumps(answer.body["errors"])


def test_a_phone_brings_any_token(alice: Person, subscription: str) -> None:
    assert put(alice, device(platform="android", push_token=subscription)).status == 201


def test_a_token_that_is_dead_is_forgotten_and_a_newer_one_is_not(alice: Person) -> None:
    put(alice, (sent := device()))
    this = {"user_id": alice.id, "device_id": UUID(sent["id"])}
    forget_push_token(**this, token="an older one")
    assert push_tokens(user_id=alice.id, platforms=["ios"]) == [PushToken(UUID(sent["id"]), TOKEN, proved=False)]
    forget_push_token(**this, token=TOKEN)
    assert push_tokens(user_id=alice.id, platforms=["ios"]) == []
    read = alice.get(f"devices/{sent['id']}").body
    assert (read["push_token_hint"], read["version"]) == (None, 2)


def test_an_account_has_twenty_devices_at_most(alice: Person, charlie: Person) -> None:
    sent = [device(push_token=f"token {number}") for number in range(MOST)]
    assert {put(alice, one).status for one in sent} == {201}
    refused = put(alice, device(push_token="one too many"))
    assert (refused.status, refused.body["detail"]) == (409, "There are already 20 devices; delete one first.")
    assert put(charlie, device(push_token="of somebody else")).status == 201
    assert put(alice, sent[0]).status == 200, "one that is there may be stored again"
    alice.delete(f"devices/{sent[0]['id']}")
    assert put(alice, device(push_token="in its place")).status == 201


def test_a_token_stays_proved_while_it_is_the_same(alice: Person) -> None:
    put(alice, (sent := device()))
    note_acceptance(token=TOKEN)
    answer = put(alice, sent | {"app_version": "2.0"}, If_Match='"1"')
    assert answer.status == 200
    assert [one.proved for one in push_tokens(user_id=alice.id, platforms=["ios"])] == [True]
    put(alice, sent | {"push_token": "another"}, If_Match='"2"')
    assert [one.proved for one in push_tokens(user_id=alice.id, platforms=["ios"])] == [False]


def test_a_token_that_changes_hands_proves_itself_anew(alice: Person, bob: Person) -> None:
    put(alice, device())
    note_acceptance(token=TOKEN)
    put(bob, device())
    assert [one.proved for one in push_tokens(user_id=bob.id, platforms=["ios"])] == [False]
