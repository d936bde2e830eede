"""What the published contract says of signing in is what the service answers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
import yaml
from jsonschema import FormatChecker
from openapi_schema_validator import OAS31Validator
from pytest_django import Settings

from diary.api.contract.identity_factors import FACTORS
from tests.diary.identity.app import API, OTHER_PASSWORD, PASSWORD, Answer, App
from tests.diary.identity.authenticator import code_of
from tests.diary.identity.passkey import Passkey
from tests.receiver import MailReceiver
from tests.service import ROOT

CONTRACT: Final[Mapping[str, Any]] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
ALICE = "alice@example.org"
ORIGIN = "https://diary.example.org"
APP = "account/authenticators/totp"
RECOVERY = "account/authenticators/recovery-codes"
PASSKEYS = "account/authenticators/webauthn"
pytestmark = pytest.mark.django_db


class Checked(App):
    """An app that compares each answer with the contract, and what it sends."""

    def __init__(self, mailbox: MailReceiver) -> None:
        super().__init__(mailbox)
        self.done: list[tuple[str, str, int]] = []

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        answer = super().send(method, path, body, **headers)
        address = path.partition("?")[0]
        told = CONTRACT["paths"].get(API + address, {}).get(method.lower())
        if told:
            self.done.append((method, address, answer.status))
            assert faults(told["responses"][str(answer.status)], answer.json) == []
            assert body is None or faults(told["requestBody"], body) == []
        return answer


def faults(part: Mapping[str, Any], value: object) -> list[str]:
    """What is wrong with the value, by the schema of a body or an answer."""
    (content,) = part["content"].values()
    schema = {**content["schema"], "components": CONTRACT["components"]}
    return [fault.message for fault in OAS31Validator(schema, format_checker=FormatChecker()).iter_errors(value)]


def described(*, about_factors: bool) -> Iterator[tuple[str, str]]:
    """Every operation of the identity API in the contract, those about second factors and passkeys or the others."""
    for path, methods in CONTRACT["paths"].items():
        if path.startswith(API) and (path.removeprefix(API) in FACTORS) is about_factors:
            yield from ((method.upper(), path.removeprefix(API)) for method in methods)


def done_by(*apps: Checked) -> set[tuple[str, str]]:
    """What they sent that the contract has."""
    return {(method, path) for app in apps for method, path, _ in app.done}


def test_every_step_in_the_contract_is_answered_as_it_says(mailbox: MailReceiver) -> None:
    phone, tablet, lost, new = (Checked(mailbox) for _ in range(4))
    asked = phone.get("config").json["data"]["health_consent"]
    consent = {"consent_version": asked["version"], "age_at_least": asked["minimum_ages"]["*"], "region": "ES"}
    assert phone.sign_up(ALICE, name="Alice", **consent).pending == {"verify_email"}
    assert phone.post("auth/email/verify", key="AAAA-AAAA").status == 400
    assert phone.confirm(ALICE).status == 200
    assert phone.get("auth/session").json["data"]["user"]["health_consent_due"] is False
    assert tablet.post("auth/login", email=ALICE, password="wrong").status == 400
    assert tablet.sign_in(ALICE).status == 200
    assert phone.ask_again().status == 200
    sessions = phone.get("auth/sessions").json["data"]
    others = [session["id"] for session in sessions if not session["is_current"]]
    assert phone.send("DELETE", "auth/sessions", {"sessions": others}).status == 200
    assert phone.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD).status == 401
    assert lost.post("auth/password/request", email=ALICE).pending == {"password_reset_by_code"}
    assert lost.post("auth/password/reset", key=mailbox.code_for(ALICE), password=PASSWORD).status == 200
    lost.ask_again()
    secret = lost.get(APP).json["meta"]["secret"]
    assert lost.post(APP, code=code_of(secret)).status == 200
    assert lost.send("DELETE", "auth/session").status == 401
    assert new.sign_in(ALICE).pending == {"mfa_authenticate"}
    assert new.post("auth/2fa/authenticate", code=code_of(secret, later=1)).status == 200
    assert new.post("auth/email/verify", key="AAAA-AAAA").status == 409
    assert done_by(phone, tablet, lost, new) >= set(described(about_factors=False))


def test_every_step_with_a_second_factor_is_answered_as_it_says(mailbox: MailReceiver, settings: Settings) -> None:
    settings.PUBLIC_URL = ORIGIN
    phone, tablet, new, passkey = Checked(mailbox), Checked(mailbox), Checked(mailbox), Passkey(ORIGIN)
    phone.sign_up(ALICE)
    phone.confirm(ALICE)
    assert phone.ask_again().status == 200
    secret = phone.get(APP).json["meta"]["secret"]
    assert phone.get(RECOVERY).status == 404
    assert phone.post(APP, code="000000").status == 400
    assert phone.post(APP, code=code_of(secret)).status == 200
    assert phone.get(APP).status == 200
    options = phone.get(f"{PASSKEYS}?passwordless=true").json["data"]["creation_options"]["publicKey"]
    made = phone.post(PASSKEYS, name="phone", credential=passkey.register(options))
    assert made.json["data"]["is_passwordless"] is True
    number = made.json["data"]["id"]
    assert phone.send("PUT", PASSKEYS, {"id": number, "name": "Alice's phone"}).json["data"]["name"] == "Alice's phone"
    assert len(phone.get("account/authenticators").json["data"]) == 3
    codes = phone.send("POST", RECOVERY).json["data"]["unused_codes"]
    assert phone.get(RECOVERY).json["data"]["unused_code_count"] == len(codes)
    assert phone.post("auth/2fa/reauthenticate", code=codes[0]).status == 200
    assert phone.post("auth/webauthn/reauthenticate", credential=signed(phone, passkey, "reauthenticate")).status == 200
    assert tablet.post("auth/webauthn/login", credential=signed(tablet, passkey, "login")).status == 200
    assert new.sign_in(ALICE).pending == {"mfa_authenticate"}
    assert new.post("auth/webauthn/authenticate", credential=signed(new, passkey, "authenticate")).status == 200
    assert phone.send("DELETE", PASSKEYS, {"authenticators": [number]}).status == 200
    assert phone.send("DELETE", APP).status == 200
    assert done_by(phone, tablet, new) >= set(described(about_factors=True))


def signed(app: App, passkey: Passkey, what_for: str) -> dict[str, Any]:
    """The passkey's answer to a challenge for this step."""
    challenge: dict[str, Any] = app.get(f"auth/webauthn/{what_for}").json["data"]["request_options"]["publicKey"]
    return passkey.sign(challenge)


def test_a_second_factor_that_nothing_waits_for_is_answered_as_the_contract_says(mailbox: MailReceiver) -> None:
    assert Checked(mailbox).post("auth/2fa/authenticate", code="123456").status == 401
    assert Checked(mailbox).get("auth/webauthn/authenticate").status == 401


def test_an_ended_session_answers_as_the_contract_says(mailbox: MailReceiver) -> None:
    phone = Checked(mailbox)
    phone.sign_up(ALICE)
    phone.token = "a" * 32
    assert phone.get("auth/session").status == 410
