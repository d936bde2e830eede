"""Someone's way with the SDK in Python from the sign-up to the sign-out, against the service and its mails."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.utils import timezone

from diary.identity.provisioning import register
from symptom_diary_client import (
    DangerSign,
    Diary,
    MemorySecrets,
    OtherAccount,
    Problem,
    SqliteStore,
    StillWaiting,
    local_moment,
)
from tests.clients.account import ALICE, PASSWORD
from tests.diary.identity.authenticator import code_of
from tests.service import Service

BOB = "bob@example.org"
ZONE = "Europe/Madrid"


class Network(httpx.HTTPTransport):
    """The network, which may be away."""

    is_there = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.is_there:
            raise httpx.ConnectError("no network", request=request)
        return super().handle_request(request)


class Machine:
    """A program that can be started again and again on one store."""

    def __init__(self, url: str, path: Path) -> None:
        self._url = url
        self.store = SqliteStore(path)
        self.secrets = MemorySecrets()
        self.network = Network()
        self.signs: list[DangerSign] = []
        self._diaries: list[Diary] = []

    def started(self) -> Diary:
        diary = Diary(
            self._url,
            self.store,
            secrets=self.secrets,
            time_zone=ZONE,
            transport=self.network,
            on_danger_sign=self.signs.append,
        )
        self._diaries.append(diary)
        return diary

    def close(self) -> None:
        for diary in self._diaries:
            diary.close()
        self.store.close()


@pytest.fixture
def machine(api: Service, tmp_path: Path) -> Iterator[Machine]:
    with closing(Machine(api.url, tmp_path / "diary.sqlite")) as machine:
        yield machine


def test_it_signs_up_keeps_a_diary_and_signs_out(machine: Machine, api: Service) -> None:
    assert machine.started().identity.sign_up(ALICE, PASSWORD, name="Alice").step == "verify_email"
    with pytest.raises(Problem):
        machine.started().identity.verify_email("WRONG1")
    diary = machine.started()  # started anew while the person looked for the code
    assert diary.identity.verify_email(api.mailbox.code_for(ALICE)).step == "signed_in"
    user = diary.identity.user()
    assert user
    assert (user["email"], user["health_consent_due"]) == (ALICE, True)

    diary.record(night_pain=8, woke_from_sleep=True)
    diary.sync()
    assert machine.signs == []
    diary.profile.change(cancer_history=True, region="US")
    assert [(sign.stage, sign.rule, sign.kind) for sign in machine.signs] == [
        ("raised", "cancer_history_spinal_pain", "profile")
    ]
    yesterday = local_moment(timezone.now() - timedelta(days=1), ZONE)["date"]
    diary.record(symptoms={"unable_to_walk": True}, date=yesterday)
    assert (machine.signs[-1].stage, machine.signs[-1].call) == ("noted", "911")
    assert diary.sync().outcome == "done"
    assert machine.signs[-1].stage == "raised"
    emergency = diary.alerts.list()[0]
    assert (emergency["rule"], emergency["state"]) == ("cauda_equina", "open")
    assert diary.alerts.acknowledge(emergency["id"], "Bob drives me.")["state"] == "acknowledged"
    assert diary.alerts.take_back(emergency["id"])["state"] == "open"

    machine.network.is_there = False
    diary.alerts.receipt(emergency["id"], "read")
    diary.push.register(platform="web", app_version="1.0")
    machine.network.is_there = True
    assert diary.sync().outcome == "done"
    (device,) = diary.connection.request("GET", "/api/v1/devices")["items"]
    assert (device["platform"], device["time_zone"]) == ("web", ZONE)
    assert "read" in {response["did"] for response in diary.alerts.get(emergency["id"])["responses"]}
    assert diary.alerts.outcome(emergency["id"], "seen")["outcome"] == "seen"

    machine.network.is_there = False
    diary.record(note="on this machine only")
    with pytest.raises(StillWaiting):
        diary.sign_out()
    machine.network.is_there = True
    diary.sign_out()
    assert machine.secrets.get("token") is None
    assert diary.list("entry") == []
    assert diary.sync().outcome == "signed_out"


def test_a_second_factor_a_forgotten_password_and_somebody_elses_store(machine: Machine, api: Service) -> None:
    for email in (ALICE, BOB):
        register(email=email, password=PASSWORD, name="", now=timezone.now())
    diary = machine.started()
    assert diary.identity.sign_in(ALICE, PASSWORD).step == "signed_in"
    diary.identity.prove(password=PASSWORD)
    diary.identity.turn_on_second_factor(code_of(diary.identity.second_factor_secret()))
    recovery, another, *_ = diary.identity.recovery_codes()
    diary.identity.prove(code=another)
    with pytest.raises(OtherAccount):
        diary.identity.sign_in(BOB, PASSWORD)
    user = diary.identity.user()
    assert user
    assert user["email"] == ALICE
    diary.sign_out()

    again = machine.started()
    with pytest.raises(Problem):
        again.identity.sign_in(ALICE, "not the password")
    step = again.identity.sign_in(ALICE, PASSWORD)
    assert (step.step, "totp" in step.types) == ("mfa_authenticate", True)
    assert machine.started().identity.second_factor(recovery).step == "signed_in"
    again.sign_out()

    assert again.identity.forgot_password(ALICE).step == "password_reset_by_code"
    again.identity.reset_password(api.mailbox.code_for(ALICE), "an entirely different secret")
    assert again.identity.sign_in(ALICE, "an entirely different secret").step == "mfa_authenticate"


def test_what_was_left_without_a_network_ends_when_there_is_one(machine: Machine, api: Service) -> None:
    register(email=ALICE, password=PASSWORD, name="", now=timezone.now())
    diary = machine.started()
    diary.identity.sign_in(ALICE, PASSWORD)
    diary.push.register(platform="web")
    token = machine.secrets.get("token")
    machine.network.is_there = False
    diary.sign_out(discard=True)
    assert _status(api, token) == 200
    machine.network.is_there = True
    machine.started().sync()
    assert _status(api, token) == 401
    diary.identity.sign_in(ALICE, PASSWORD)
    assert diary.connection.request("GET", "/api/v1/devices")["items"] == []


def _status(api: Service, token: str | None) -> int:
    return httpx.get(f"{api.url}/api/v1/preferences", headers={"Authorization": f"Bearer {token}"}).status_code
