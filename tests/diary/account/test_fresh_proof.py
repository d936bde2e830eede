"""A stolen token alone lets no one in and sends nothing anywhere: who asks must have shown just now who they are."""

from collections.abc import Callable
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from alerts.models import Webhook
from diary.identity.provisioning import issue_token
from diary.models import Caregiver, Phone, SentCode
from diary.problem_types import ProblemType
from diary.proof import RECENT
from tests.cast import Answer, Person
from tests.diary.identity.app import PASSWORD, App
from tests.receiver import MailReceiver

CIRCLE = "patients/me/caregivers"


def invite(person: Person, level: str = "log") -> Answer:
    return person.post(CIRCLE, {"email": "thief@example.org", "level": level})


def store_webhook(person: Person) -> Answer:
    id_ = str(uuid4())
    return person.put(f"webhooks/{id_}", {"id": id_, "url": "https://thief.example/"})


def ask_for_number(person: Person) -> Answer:
    return person.put("preferences/phone", {"number": "+34600000666"})


STEPS: list[Callable[[Person], Answer]] = [invite, store_webhook, ask_for_number]


@pytest.fixture
def stolen(alice: Person) -> Person:
    """Alice's token in a thief's hands."""
    alice.user.set_password(PASSWORD)
    alice.user.save()
    alice.token = issue_token(user=alice.user, now=timezone.now())
    return alice


def assert_refused(answer: Answer) -> None:
    assert (answer.status, answer.body["type"]) == (403, ProblemType.PROOF_REQUIRED.uri), answer
    assert [flow["id"] for flow in answer.body["flows"]] == ["reauthenticate"]
    assert "auth/reauthenticate" in answer.body["detail"]


@pytest.mark.parametrize("step", STEPS)
def test_a_token_alone_is_refused_and_told_how_to_go_on(stolen: Person, step: Callable[[Person], Answer]) -> None:
    assert_refused(step(stolen))

    assert not Caregiver.objects.exists()
    assert not Webhook.objects.exists()
    assert not Phone.objects.exists()
    assert not SentCode.objects.exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_proof_that_is_too_old_is_none(alice: Person, step: Callable[[Person], Answer]) -> None:
    alice.token = issue_token(user=alice.user, now=timezone.now() - RECENT, proved=True)

    assert step(alice).body["type"] == ProblemType.PROOF_REQUIRED.uri


def test_a_token_may_let_somebody_reach_less_far_but_not_further(alice: Person, bob: Person) -> None:
    place = f"{CIRCLE}/{bob.cares_for(alice, 'read').pk}"
    alice.token = issue_token(user=alice.user, now=timezone.now())

    assert alice.patch(place, {"level": "log"}).body["type"] == ProblemType.PROOF_REQUIRED.uri
    assert alice.patch(place, {"level": "read"}).status == 200
    assert alice.patch(place, {"level": "alerts"}).body["level"] == "alerts"
    assert alice.patch(place, {"level": "read"}).body["type"] == ProblemType.PROOF_REQUIRED.uri


def test_a_webhook_may_be_written_again_and_deleted_with_a_token_but_not_moved_or_given_a_secret(
    alice: Person,
) -> None:
    id_ = str(uuid4())
    sent = {"id": id_, "url": "https://hook.example/"}
    assert alice.put(f"webhooks/{id_}", sent).status == 201
    alice.token = issue_token(user=alice.user, now=timezone.now())

    assert alice.put(f"webhooks/{id_}", sent).status == 200
    moved = alice.put(f"webhooks/{id_}", sent | {"url": "https://thief.example/"}, If_Match='"1"')
    assert moved.body["type"] == ProblemType.PROOF_REQUIRED.uri
    assert alice.post(f"webhooks/{id_}/rotate", {}).body["type"] == ProblemType.PROOF_REQUIRED.uri
    assert alice.delete(f"webhooks/{id_}").status == 204


def test_what_is_not_there_is_told_before_the_proof_is_asked_for(alice: Person, stolen: Person, bob: Person) -> None:
    assert (
        stolen.post(f"patients/{bob.patient_id}/caregivers", {"email": "a@example.org", "level": "log"}).status == 404
    )
    assert stolen.patch(f"{CIRCLE}/{uuid4()}", {"level": "log"}).status == 404


def test_the_password_once_more_opens_the_way(stolen: Person, mailbox: MailReceiver) -> None:
    phone = App(mailbox)
    phone.token = stolen.token

    assert phone.ask_again("not the password").status == 400
    assert_refused(invite(stolen))
    assert phone.ask_again().status == 200
    assert [step(stolen).status for step in STEPS] == [201, 201, 409]  # no SMS here


def test_a_sign_in_counts_for_a_quarter_of_an_hour(stolen: Person, mailbox: MailReceiver) -> None:
    phone = App(mailbox)
    phone.sign_in(stolen.email)
    stolen.token = phone.token
    assert invite(stolen).status == 201
    with time_machine.travel(timezone.now() + RECENT, tick=False):
        assert_refused(invite(stolen, "read"))
