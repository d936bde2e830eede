"""Whatever happens in whatever order, over HTTP: the diary is what the model says, for everyone who may see it."""

from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from diary.access.invitations import mail_invitation
from diary.identity.provisioning import issue_token
from diary.models import Caregiver
from tests.cast import Person
from tests.contract.model import GONE, Change, Model
from tests.service import Service

REACHES: Final = {"": 0, "alerts": 1, "read": 2, "log": 3, "own": 4}
IDS: Final = st.integers(0, 2)
"""Few of them, so that writes meet; and more edits than deletes, of which there is but one for an id."""
PAINS: Final = st.sampled_from([0, 1, 2, 3, 4, 5, 6, None])
VERSIONS: Final = st.sampled_from([None, 1, 2, 3])
WHO: Final = st.sampled_from(["phone", "tablet", "bob"])


class Device:
    """A token, a cursor, and a copy of Alice's diary."""

    def __init__(self, http: httpx.Client, person: Person, diary: str) -> None:
        self._http = http
        self._diary = f"/api/v1/patients/{diary}"
        self._headers = {"Authorization": f"Bearer {issue_token(user=person.user, now=timezone.now(), proved=True)}"}
        self.cursor: str | None = None
        self.copy: dict[str, Any] = {}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self._http.request(method, f"{self._diary}{path}", json=body, headers={**self._headers, **headers})

    def post(self, path: str, body: Any) -> httpx.Response:
        return self._http.post(f"/api/v1/{path}", json=body, headers=self._headers)

    def write(self, change: Change) -> httpx.Response:
        version = {} if change.expected is None else {"If-Match": f'"{change.expected}"'}
        if change.pain is None:
            return self._http.delete(f"{self._diary}/entries/{change.id}", headers={**self._headers, **version})
        return self.send("PUT", f"/entries/{change.id}", change.body, **version)

    def sync(self, changes: list[Change], *, answer_arrives: bool = True) -> httpx.Response:
        answer = self.send("POST", "/sync", {"cursor": self.cursor, "changes": [one.in_sync for one in changes]})
        if answer.status_code == 200 and answer_arrives:
            told = answer.json()
            self.cursor = told["cursor"]
            for change, result in zip(changes, told["results"], strict=True):
                if result["status"] in {"stored", "unchanged"}:
                    self.copy[change.id] = (result["version"], change.pain)
                elif result["status"] == "deleted":
                    self.copy[change.id] = GONE
            for down in told["changes"]:
                data = down["data"]
                self.copy[down["id"]] = GONE if data is None else (data["version"], data["worst_pain"])
        return answer


class Diary(RuleBasedStateMachine):
    """Alice writes on two devices, Bob as far as he may; every answer and every reading is compared with the model."""

    api: Service
    http: httpx.Client

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.ids = [str(uuid4()) for _ in range(3)]
        self.alice, self.bob = (Person(f"{name}-{uuid4().hex}") for name in ("alice", "bob"))
        patient = str(self.alice.patient_id)
        self.devices = {
            "phone": Device(self.http, self.alice, "me"),
            "tablet": Device(self.http, self.alice, patient),
            "bob": Device(self.http, self.bob, patient),
        }
        self.level = ""
        self.place = ""
        self.turn = 0
        self.sent: list[tuple[str, Change]] = []

    def reaches(self, who: str, level: str) -> bool:
        return REACHES["own" if who != "bob" else self.level] >= REACHES[level]

    @rule(who=WHO, number=IDS, pain=PAINS, expected=VERSIONS)
    def write(self, who: str, number: int, pain: int | None, expected: int | None) -> None:
        """Create, edit or delete."""
        self.do(who, Change(self.ids[number], pain, expected))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """Any earlier write comes once more."""
        self.do(*data.draw(st.sampled_from(self.sent)))

    def do(self, who: str, change: Change) -> None:
        answer = self.devices[who].write(change)
        assert answer.status_code == (self.model.write(change) if self.reaches(who, "log") else 404), answer.text
        if change.pain is not None and answer.is_success:
            assert (answer.json()["version"], answer.json()["worst_pain"]) == self.model.entries[change.id]
        self.sent.append((who, change))

    @rule(
        who=WHO,
        writes=st.lists(st.tuples(IDS, PAINS, VERSIONS), max_size=5),
        times=st.integers(1, 2),
    )
    def sync(self, who: str, writes: list[tuple[int, int | None, int | None]], times: int) -> None:
        """A batch; with two times the first answer got lost."""
        changes = [Change(self.ids[number], pain, expected) for number, pain, expected in writes]
        for time in range(times):
            answer = self.devices[who].sync(changes, answer_arrives=time == times - 1)
            if not self.reaches(who, "read"):
                assert answer.status_code == 404
                continue
            told = [result["status"] for result in answer.json()["results"]]
            may = self.reaches(who, "log")
            assert told == (self.model.sync(changes) if may else ["forbidden"] * len(changes)), answer.text

    @rule(who=WHO)
    def catch_up(self, who: str) -> None:
        """Whoever has heard everything holds what the model holds."""
        device = self.devices[who]
        if device.sync([]).status_code == 200:
            device.sync([])
            assert device.copy == self.model.entries
        else:
            assert not self.reaches(who, "read")

    @rule(who=WHO)
    def forget(self, who: str) -> None:
        """A device starts over."""
        self.devices[who].cursor, self.devices[who].copy = None, {}

    @precondition(lambda self: not self.level)
    @rule(level=st.sampled_from(["alerts", "read", "log"]))
    def invite(self, level: str) -> None:
        """Alice invites Bob, and he accepts with the code of the mail."""
        invited = self.devices["phone"].send("POST", "/caregivers", {"email": self.bob.email, "level": level})
        self.place = invited.json()["id"]
        mail_invitation(caregiver_id=Caregiver.objects.get(pk=self.place).pk, now=timezone.now())
        (code,) = [line for line in str(mail.outbox[-1].body).split() if line.count("-") == 7 and "/" not in line]
        assert self.devices["bob"].post("invitations/accept", {"token": code}).status_code == 200
        self.level = level

    @precondition(lambda self: self.level)
    @rule(level=st.sampled_from(["alerts", "read", "log"]))
    def change_level(self, level: str) -> None:
        """From the next request on."""
        answer = self.devices["phone"].send("PATCH", f"/caregivers/{self.place}", {"level": level})
        assert answer.status_code == 200
        self.level = level

    @precondition(lambda self: self.level)
    @rule(who=st.sampled_from(["phone", "bob"]))
    def revoke(self, who: str) -> None:
        """Alice revokes, or Bob leaves; then he is a stranger."""
        assert self.devices[who].send("DELETE", f"/caregivers/{self.place}").status_code == 204
        self.level = ""

    @invariant()
    def a_reader_sees_what_the_model_says_or_nothing(self) -> None:
        """Each in turn."""
        self.turn += 1
        who = ["phone", "bob", "tablet"][self.turn % 3]
        answer = self.devices[who].send("GET", "/entries")
        if self.reaches(who, "read"):
            read = {item["id"]: (item["version"], item["worst_pain"]) for item in answer.json()["items"]}
            assert read == self.model.living
        else:
            assert answer.status_code == 404


def run(api: Service, *, runs: int, steps: int, phases: tuple[Phase, ...]) -> None:
    """Play the machine against the running service."""
    with httpx.Client(base_url=api.url, timeout=60) as http:
        machine = type("Playing", (Diary,), {"api": api, "http": http})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=runs,
                stateful_step_count=steps,
                phases=phases,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_some_lives_of_a_diary(api: Service) -> None:
    run(api, runs=8, steps=15, phases=(Phase.generate,))


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_a_thousand_lives_of_a_diary(api: Service) -> None:
    run(api, runs=1000, steps=25, phases=(Phase.generate, Phase.shrink))
