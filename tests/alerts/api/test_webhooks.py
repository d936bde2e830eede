"""`/webhooks`: written as safely twice as anything else, each with a secret that is shown once."""

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from alerts.models import WebhookSecret
from diary.models import Notice
from tests.cast import Answer, Person, send
from tests.diary.identity.database import everything_stored

pytestmark = pytest.mark.django_db


def webhook(**fields: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "url": "https://hook.example/alerts", "description": "our pager"} | fields


def put(person: Person, sent: dict[str, Any], **headers: str) -> Answer:
    return person.put(f"webhooks/{sent['id']}", sent, **headers)


def test_a_new_one_is_unverified_and_its_secret_is_shown_once(alice: Person) -> None:
    sent = webhook()
    created = put(alice, sent)
    assert (created.status, created.headers["ETag"]) == (201, '"1"')
    secret = created.body.pop("secret")
    Verifier(secret)
    assert secret.startswith("whsec_")
    assert created.body == sent | {
        "state": "unverified",
        "suspended": False,
        "disabled_reason": None,
        "verified_at": None,
        "last_error": None,
        "version": 1,
        "updated_at": created.body["updated_at"],
    }
    assert alice.get(f"webhooks/{sent['id']}").body == created.body
    assert alice.get("webhooks").body == {"items": [created.body], "next_cursor": None}


def test_its_secret_is_stored_encrypted(alice: Person) -> None:
    secret = put(alice, webhook()).body["secret"]
    assert secret not in everything_stored()
    assert secret.removeprefix("whsec_") not in everything_stored()


def test_the_same_again_changes_nothing_and_shows_no_secret(alice: Person) -> None:
    sent = webhook()
    put(alice, sent)
    again = put(alice, sent)
    assert (again.status, again.body["version"], "secret" in again.body) == (200, 1, False)
    assert put(alice, sent, If_Match='"7"').status == 200
    assert WebhookSecret.objects.count() == 1


def test_other_content_needs_the_version_it_replaces(alice: Person) -> None:
    sent = webhook()
    put(alice, sent)
    other = sent | {"description": "somebody else's"}
    conflict = put(alice, other)
    assert (conflict.status, conflict.body["current"]["description"]) == (409, "our pager")
    assert "secret" not in conflict.body["current"]
    assert put(alice, other, If_Match='"2"').status == 412
    changed = put(alice, other, If_Match='"1"')
    assert (changed.status, changed.body["version"], changed.body["description"]) == (200, 2, "somebody else's")


def test_a_deleted_one_stays_deleted(alice: Person) -> None:
    sent = webhook()
    put(alice, sent)
    path = f"webhooks/{sent['id']}"
    assert alice.delete(path, If_Match='"9"').status == 412
    assert alice.delete(path).status == 204
    assert alice.delete(path).status == 204
    assert alice.get(path).status == 404
    assert put(alice, sent).status == 410
    assert alice.post(f"{path}/rotate", {}).status == 404
    assert alice.post(f"{path}/verify", {}).status == 404
    assert alice.get("webhooks").body["items"] == []
    assert not WebhookSecret.objects.exists()
    Notice.objects.all().delete()  # which say that it was added are on their way
    assert "hook.example" not in everything_stored()


def test_an_id_that_was_never_used_may_be_deleted_first(alice: Person) -> None:
    sent = webhook()
    assert alice.delete(f"webhooks/{sent['id']}").status == 204
    assert put(alice, sent).status == 410


def test_somebody_elses_is_as_if_it_were_not_there(alice: Person, charlie: Person) -> None:
    sent = webhook()
    put(alice, sent)
    path = f"webhooks/{sent['id']}"
    assert charlie.get(path).status == charlie.get(f"webhooks/{uuid4()}").status == 404
    assert charlie.post(f"{path}/rotate", {}).status == 404
    assert put(charlie, sent).status == 201
    assert charlie.delete(path).status == 204
    assert alice.get(path).status == 200


def test_an_account_has_ten_at_most(alice: Person, bob: Person) -> None:
    ten = [webhook() for _ in range(10)]
    assert {put(alice, one).status for one in ten} == {201}
    assert put(alice, webhook()).status == 409
    assert put(bob, webhook()).status == 201
    alice.delete(f"webhooks/{ten[0]['id']}")
    assert put(alice, webhook()).status == 201


def test_pages_go_by_id(alice: Person) -> None:
    ids = sorted(put(alice, webhook()).body["id"] for _ in range(5))
    first = alice.get("webhooks?limit=3").body
    second = alice.get(f"webhooks?limit=3&cursor={first['next_cursor']}").body
    assert [item["id"] for item in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None


def test_a_rotation_shows_the_new_secret_once(alice: Person) -> None:
    sent = webhook()
    first = put(alice, sent).body["secret"]
    rotated = alice.post(f"webhooks/{sent['id']}/rotate", {})
    assert (rotated.status, rotated.body["version"]) == (200, 1)
    assert rotated.body["secret"].startswith("whsec_")
    assert rotated.body["secret"] != first
    assert "secret" not in alice.get(f"webhooks/{sent['id']}").body


def test_lost_answers_to_rotations_never_end_a_secret_that_is_in_use(alice: Person) -> None:
    sent = webhook()
    put(alice, sent)
    statuses = [alice.post(f"webhooks/{sent['id']}/rotate", {}).status for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 409, 409]
    assert WebhookSecret.objects.count() == 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "x"),
        ("url", None),
        ("url", ""),
        ("url", 5),
        ("url", "hook.example"),
        ("url", "ftp://hook.example/"),
        ("url", "https://user:secret@hook.example/"),
        ("url", "https://hook.example:25/"),
        ("url", "http://hook.example/"),
        ("url", "https://127.0.0.1/"),
        ("url", "https://[::ffff:10.0.0.1]/"),
        ("url", "https://169.254.169.254/latest/"),
        ("url", "https://hook.example/a b"),
        ("url", "https://hook.example/\u00e9"),
        ("url", f"https://hook.example/{'a' * 2048}"),
        ("description", "two\nlines"),
        ("description", "a" * 201),
        ("secret", "whsec_mine"),
        ("state", "active"),
        ("version", 7),
    ],
)
def test_what_is_no_webhook_is_refused_by_field(alice: Person, settings: Settings, field: str, value: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    sent = webhook()
    answer = alice.put(f"webhooks/{sent['id']}", sent | {field: value})
    assert (answer.status, answer.pointers) == (400, {f"/{field}"})
    assert "secret@" not in str(answer.body)


def test_the_id_must_be_the_one_in_the_address(alice: Person) -> None:
    answer = alice.put(f"webhooks/{uuid4()}", webhook())
    assert (answer.status, answer.pointers) == (400, {"/id"})


@pytest.mark.parametrize("action", ["rotate", "verify"])
def test_there_is_nothing_to_say_beyond_the_address(alice: Person, action: str) -> None:
    sent = webhook()
    put(alice, sent)
    assert alice.post(f"webhooks/{sent['id']}/{action}", {"secret": "mine"}).pointers == {"/secret"}
    assert alice.post(f"webhooks/{sent['id']}/{action}", None).status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "webhooks"),
        ("GET", "webhooks/{}"),
        ("DELETE", "webhooks/{}"),
        ("POST", "webhooks/{}/rotate"),
        ("POST", "webhooks/{}/verify"),
    ],
)
def test_nobody_without_a_token_gets_anywhere(method: str, path: str) -> None:
    assert send(method, path.format(uuid4()), {} if method == "POST" else None).status == 401
