"""The story over HTTP: a stolen token, what can be done with it, and how its owner gets rid of who has it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from diary.models import Notice
from diary.problem_types import ProblemType
from diary.proof import RECENT
from tests.diary.identity.app import OTHER_PASSWORD, App, api
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
ACTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "patients/me/caregivers", {"email": "thief@example.org", "level": "log"}),
    ("PUT", "webhooks/{id}", {"id": "{id}", "url": "https://thief.example/"}),
    ("PUT", "preferences/phone", {"number": "+34600000666"}),
]

pytestmark = pytest.mark.django_db


def stores_device(app: App, id_: str, token: str) -> int:
    return api(app, "PUT", f"devices/{id_}", {"id": id_, "platform": "android", "push_token": token})[0]


def test_a_thief_with_a_token_is_put_out(signed_in: Callable[[str], App], mailbox: MailReceiver) -> None:
    phone, her_device, their_device = signed_in(ALICE), str(uuid4()), str(uuid4())
    assert stores_device(phone, her_device, "the token of her phone") == 201
    assert phone.ask_again().status == 200

    # With her token someone else lets no one in and gives no address, a quarter of an hour after she signed in.
    thief = App(mailbox, network="203.0.113.66")
    stranger = App(mailbox)
    stranger.sign_in(ALICE)
    thief.token = stranger.token
    with time_machine.travel(timezone.now() + RECENT, tick=False):
        for method, path, body in ACTIONS:
            id_ = str(uuid4())
            said = json.loads(json.dumps(body).replace("{id}", id_))
            status, problem = api(thief, method, path.replace("{id}", id_), said)
            assert (status, problem["type"]) == (403, ProblemType.PROOF_REQUIRED.uri)
            assert problem["flows"] == [{"id": "reauthenticate"}]

    # A device they can store; she hears of it at once.
    Notice.objects.all().delete()
    assert stores_device(thief, their_device, "the token of the thief") == 201
    assert set(Notice.objects.values_list("kind", flat=True)) == {"device_added"}
    assert Notice.objects.filter(channel="email", address=ALICE).count() == 1

    # She resets her password: their token is dead, their device is suspended and waits for her word.
    phone.token = ""
    phone.post("auth/password/request", email=ALICE)
    assert phone.post("auth/password/reset", key=mailbox.code_for(ALICE), password=OTHER_PASSWORD).status == 200
    assert api(thief, "GET", "devices")[0] == 401
    assert stores_device(phone, her_device, "the token of her phone") == 200
    _, review = api(phone, "GET", "account/review")
    assert [(item["kind"], item["resource"], item["suspended"]) for item in review["items"]] == [
        ("device", their_device, True)
    ]

    # She says that it isn't hers, and is done; her own phone has confirmed itself.
    item = review["items"][0]["id"]
    assert api(phone, "DELETE", f"account/review/{item}")[0] == 204
    assert api(phone, "GET", "account/review")[1]["items"] == []
    assert [device["id"] for device in api(phone, "GET", "devices")[1]["items"]] == [her_device]

    # The reset was a proof: she can confirm and invite at once.
    assert api(phone, "POST", "patients/me/caregivers", {"email": "bob@example.org", "level": "read"})[0] == 201


def test_a_sign_in_to_throw_a_thief_out_vouches_for_nothing(
    signed_in: Callable[[str], App], mailbox: MailReceiver
) -> None:
    phone, device = signed_in(ALICE), str(uuid4())
    stores_device(phone, device, "the token of the thief")
    other = App(mailbox)
    other.sign_in(ALICE)
    other.ask_again()

    other.send("DELETE", "auth/sessions")

    other.token = ""
    other.sign_in(ALICE)
    assert [item["suspended"] for item in api(other, "GET", "account/review")[1]["items"]] == [True]


def test_after_signing_out_everywhere_a_sign_in_is_enough_to_confirm(
    signed_in: Callable[[str], App], mailbox: MailReceiver
) -> None:
    phone, device = signed_in(ALICE), str(uuid4())
    stores_device(phone, device, "a token")
    phone.send("DELETE", "auth/sessions")

    phone.token = ""
    assert phone.sign_in(ALICE).status == 200
    (item,) = api(phone, "GET", "account/review")[1]["items"]

    assert item["suspended"] is True
    assert api(phone, "POST", f"account/review/{item['id']}/confirm", {})[0] == 204
    assert api(phone, "GET", f"devices/{device}")[1]["suspended"] is False
