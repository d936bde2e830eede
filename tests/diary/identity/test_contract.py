"""What the published contract says of signing in is what the service answers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
import yaml
from jsonschema import FormatChecker
from openapi_schema_validator import OAS31Validator

from tests.diary.identity.app import API, OTHER_PASSWORD, PASSWORD, Answer, App
from tests.diary.identity.authenticator import code_of
from tests.receiver import MailReceiver
from tests.service import ROOT

CONTRACT: Final[Mapping[str, Any]] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
ALICE = "alice@example.org"
pytestmark = pytest.mark.django_db


class Checked(App):
    """An app that compares each answer with the contract, and what it sends."""

    def __init__(self, mailbox: MailReceiver) -> None:
        super().__init__(mailbox)
        self.done: list[tuple[str, str, int]] = []

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        answer = super().send(method, path, body, **headers)
        told = CONTRACT["paths"].get(API + path, {}).get(method.lower())
        if told:
            self.done.append((method, path, answer.status))
            assert faults(told["responses"][str(answer.status)], answer.json) == []
            assert body is None or faults(told["requestBody"], body) == []
        return answer


def faults(part: Mapping[str, Any], value: object) -> list[str]:
    """What is wrong with the value, by the schema of a body or an answer."""
    (content,) = part["content"].values()
    schema = {**content["schema"], "components": CONTRACT["components"]}
    return [fault.message for fault in OAS31Validator(schema, format_checker=FormatChecker()).iter_errors(value)]


def described() -> Iterator[tuple[str, str]]:
    """Every operation of the identity API in the contract."""
    for path, methods in CONTRACT["paths"].items():
        if path.startswith(API):
            yield from ((method.upper(), path.removeprefix(API)) for method in methods)


def test_every_step_in_the_contract_is_answered_as_it_says(mailbox: MailReceiver) -> None:
    phone, tablet, lost, new = (Checked(mailbox) for _ in range(4))
    assert phone.sign_up(ALICE, name="Alice").pending == {"verify_email"}
    assert phone.post("auth/email/verify", key="AAAA-AAAA").status == 400
    assert phone.confirm(ALICE).status == 200
    assert phone.get("auth/session").status == 200
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
    secret = lost.get("account/authenticators/totp").json["meta"]["secret"]
    assert lost.post("account/authenticators/totp", code=code_of(secret)).status == 200
    assert lost.send("DELETE", "auth/session").status == 401
    assert new.sign_in(ALICE).pending == {"mfa_authenticate"}
    assert new.post("auth/2fa/authenticate", code=code_of(secret, later=1)).status == 200
    assert new.post("auth/email/verify", key="AAAA-AAAA").status == 409
    done = {(method, path) for app in (phone, tablet, lost, new) for method, path, _ in app.done}
    assert done == set(described())


def test_an_ended_session_answers_as_the_contract_says(mailbox: MailReceiver) -> None:
    phone = Checked(mailbox)
    phone.sign_up(ALICE)
    phone.token = "a" * 32
    assert phone.get("auth/session").status == 410
