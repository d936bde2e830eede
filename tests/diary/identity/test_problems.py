"""Bad input to the identity API, and the answer: always a problem document."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import translation
from django.utils.translation import gettext

from diary.format.sentences import Sentence
from diary.identity.provisioning import register
from diary.problems import said
from tests.diary.identity.app import PASSWORD, Answer, App, api
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
SIGN_IN = "auth/login"

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(mailbox: MailReceiver) -> App:
    return App(mailbox)


def is_problem(answer: Answer, status: int) -> bool:
    """Whether it is a complete problem document that no one may keep."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"type", "title", "status", "detail"} <= answer.json.keys()
    return answer.status == status


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 30_000,
        b'{"email": ',
        b'{"email": "\xff"}',
        b'\xef\xbb\xbf{"email": "alice@example.org"}',
        b'{"email": NaN}',
        b'{"email": 1e999}',
        b'{"email": ' + b"9" * 5000 + b"}",
        b'{"email": "a\\u0000"}',
        b'{"email": "\\ud800"}',
        b'{"email": "a", "email": "b"}',
        b"null",
        b"[]",
        b'"text"',
        b"7",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_what_is_not_one_clean_json_object_is_refused(device: App, body: bytes) -> None:
    assert is_problem(device.send("POST", SIGN_IN, body), 400)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": 5, "password": PASSWORD}, "/email"),
        ({"email": ALICE, "password": 12345678901}, "/password"),
        ({"email": ALICE, "password": None}, "/password"),
        ({"email": ALICE, "password": PASSWORD, "is_staff": "x"}, "/is_staff"),
        ({"email": ALICE, "password": PASSWORD, "a/b~c": 1}, "/a~1b~0c"),
        ({"password": PASSWORD}, "/email"),
        ({}, "/email"),
        (None, "/email"),
    ],
)
def test_each_fault_is_told_with_its_place(device: App, body: object, pointer: str) -> None:
    answer = device.send("POST", SIGN_IN, body)

    assert is_problem(answer, 400)
    assert pointer in {error["pointer"] for error in answer.json["errors"]}
    assert all(error.keys() == {"pointer", "code", "detail"} for error in answer.json["errors"])


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": 5},
        {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {}},
        {"id": "YQ", "rawId": "Yg", "type": "public-key", "response": {"clientDataJSON": "e30"}},
        {"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}},
    ],
)
def test_what_is_no_credential_is_refused(device: App, credential: object) -> None:
    device.get("auth/webauthn/login")

    answer = device.post("auth/webauthn/login", credential=credential)

    assert is_problem(answer, 400)
    assert answer.json["errors"][0]["pointer"] == "/credential"


@pytest.mark.parametrize("path", ["account/phone", "auth/phone/verify", "auth/code/confirm", "tokens/refresh"])
def test_what_is_not_in_use_is_not_there(device: App, path: str) -> None:
    assert is_problem(device.send("POST", path, {}), 404)


def test_no_member_beyond_those_of_sign_up_reaches_the_user(device: App) -> None:
    answer = device.sign_up(ALICE, is_staff=True, is_superuser=True, id="1")

    assert is_problem(answer, 400)


def test_a_body_beyond_64_kib_is_too_large(device: App) -> None:
    assert is_problem(device.sign_in(ALICE, "x" * 65_536), 413)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "multipart/form-data"],
)
def test_other_media_are_refused(device: App, kind: str) -> None:
    assert is_problem(device.send("POST", SIGN_IN, b"{}", content_type=kind), 415)


def test_a_compressed_body_is_refused(device: App) -> None:
    assert is_problem(device.send("POST", SIGN_IN, b"{}", **{"Content-Encoding": "gzip"}), 415)


def test_an_unknown_address_and_a_wrong_method_answer_in_kind(device: App) -> None:
    assert is_problem(device.get("auth/nothing"), 404)
    wrong = device.send("PUT", SIGN_IN, {})
    assert is_problem(wrong, 405)
    assert "POST" in wrong.headers["Allow"]


def test_without_a_token_the_answer_says_how_to_get_one(device: App) -> None:
    answer = device.get("auth/session")

    assert is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert {"login", "signup"} <= {flow["id"] for flow in answer.json["data"]["flows"]}


def test_a_token_that_ended_is_gone(device: App) -> None:
    device.token = "0" * 32

    assert is_problem(device.get("auth/session"), 410)


def test_a_pending_flow_keeps_its_token_beside_the_problem_and_says_what_comes_next(device: App) -> None:
    answer = device.sign_up(ALICE)

    assert is_problem(answer, 401)
    assert answer.json["detail"] == "Enter the code from the email to continue."
    assert answer.json["meta"]["session_token"]
    assert answer.pending == {"verify_email"}


def test_an_answer_to_somebody_signed_in_is_never_kept(device: App) -> None:
    register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))

    answer = device.sign_in(ALICE)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "errors" not in json.dumps(answer.json)


def test_what_can_be_configured_is_told(device: App) -> None:
    account = device.get("config").json["data"]["account"]

    assert account["login_methods"] == ["email"]
    assert account["email_verification_by_code_enabled"]


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_refusals_are_said_in_the_language_of_the_request(device: App, language: str) -> None:
    asked = {"Accept-Language": language}
    with translation.override(language):
        next_step, wrong_code = (
            gettext("Enter the code from the email to continue."),
            gettext("The code is wrong or has expired."),
        )
        not_text = said(Sentence("must be {what}", what="text"))
    pending = device.send("POST", "auth/signup", {"email": ALICE, "password": PASSWORD}, **asked)
    assert pending.json["detail"] == next_step
    wrong = device.send("POST", "auth/email/verify", {"key": "AAAA-AAAA"}, **asked)
    assert wrong.json["errors"][0]["detail"] == wrong_code
    assert device.send("POST", SIGN_IN, {"email": 5}, **asked).json["errors"][0]["detail"] == not_text


def test_else_in_that_of_who_is_signed_in(signed_in: Callable[[str], App]) -> None:
    phone = signed_in(ALICE)
    assert api(phone, "PATCH", "preferences", {"language": "fr"})[0] == 200
    refused = phone.send("DELETE", "account/authenticators/recovery-codes")
    with translation.override("fr"):
        assert refused.json["title"] == gettext("Method not allowed") != "Method not allowed"
