"""Who was let in the last time is believed until the first statement of a request, and not a moment longer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from diary.api.framework.believed import BELIEVED
from diary.cursors import cursor
from diary.identity.sessions import token_digest
from diary.models import AccessLine, Caregiver, Entry, Patient, Session
from tests.cast import Answer, Person
from tests.diary.recordings import entry

pytestmark = pytest.mark.django_db(transaction=True)

Change = Callable[[], object]


@pytest.fixture
def alice() -> Person:
    """Whom this process knows from requests of every kind."""
    alice = Person("Alice")
    assert_let_in(alice, "me")
    return alice


@pytest.fixture
def bob(alice: Person) -> Person:
    bob = Person("Bob")
    bob.cares_for(alice, "log")
    assert_let_in(bob, str(alice.patient_id))
    return bob


def requests(person: Person, diary: str) -> dict[str, Answer]:
    new = entry()
    return {
        "write": person.put(f"patients/{diary}/entries/{new['id']}", new),
        "sync": person.post(f"patients/{diary}/sync", {"cursor": None, "changes": [put(entry())]}),
        "news": person.post(f"patients/{diary}/sync", {"cursor": None, "changes": []}),
        "days": person.get(f"patients/{diary}/days"),
        "alerts": person.get(f"patients/{diary}/alerts"),
        "screening": person.get(f"patients/{diary}/screening"),
        "list": person.get(f"patients/{diary}/entries"),
        "one": person.get(f"patients/{diary}/entries/{uuid4()}"),
    }


def put(new: dict[str, Any]) -> dict[str, Any]:
    return {"type": "entry", "op": "put", "id": new["id"], "data": new}


def assert_let_in(person: Person, diary: str) -> None:
    answers = requests(person, diary)
    assert {name: answer.status for name, answer in answers.items() if name != "one"} == {
        "write": 201,
        **dict.fromkeys(("sync", "news", "days", "alerts", "screening", "list"), 200),
    }
    assert answers["one"].status == 404


def assert_refused(person: Person, diary: str, status: int) -> None:
    """Nothing is answered, stored or noted."""
    before = Entry.objects.count(), AccessLine.objects.count()
    assert {answer.status for answer in requests(person, diary).values()} == {status}
    assert (Entry.objects.count(), AccessLine.objects.count()) == before


def test_a_token_that_was_revoked_meanwhile_does_nothing(alice: Person) -> None:
    Session.objects.all().delete()  # as another process does
    assert_refused(alice, "me", 401)


def test_nor_one_that_has_expired(alice: Person) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert_refused(alice, "me", 401)


def test_nor_one_that_a_change_of_password_overtook(alice: Person) -> None:
    alice.user.credentials_epoch += 1
    alice.user.save()
    assert_refused(alice, "me", 401)


def test_nor_one_of_an_account_that_was_closed(alice: Person) -> None:
    alice.user.is_active = False
    alice.user.save()
    assert_refused(alice, "me", 401)


def test_a_caregiver_whose_consent_has_ended_sees_and_writes_nothing(alice: Person, bob: Person) -> None:
    Caregiver.objects.all().delete()
    assert_refused(bob, str(alice.patient_id), 404)


def test_one_who_may_only_read_from_now_on_writes_nothing(alice: Person, bob: Person) -> None:
    Caregiver.objects.update(level="read")
    stored = Entry.objects.count()
    answers = requests(bob, str(alice.patient_id))
    assert answers["write"].status == 404
    assert answers["sync"].body["results"][0]["problem"]["type"].endswith("read-only")
    assert answers["days"].status == 200
    assert Entry.objects.count() == stored


def test_one_who_may_write_from_now_on_writes_at_once(alice: Person) -> None:
    bob = Person("Bob")
    bob.cares_for(alice, "read")
    new = entry()
    path = f"patients/{alice.patient_id}/entries/{new['id']}"
    assert bob.put(path, new).status == 404
    Caregiver.objects.update(level="log")
    assert bob.put(path, new).status == 201


def test_beliefs_that_do_not_hold_spoil_nothing_for_the_requests_that_follow(alice: Person, bob: Person) -> None:
    """Of the same process, on the same connection: what a stopped trip left undone is not taken for prepared."""
    connection.close()
    days = f"patients/{alice.patient_id}/days"
    for round_ in range(30):
        Caregiver.objects.update(level=("read", "log")[round_ % 2])
        assert bob.get(days).status == 200
        if round_ > 10:
            assert_let_in(alice, "me")


def test_who_is_believed_no_longer_is_told_no_danger_sign_of_what_was_refused(alice: Person) -> None:
    Session.objects.all().delete()
    new = entry(symptoms={"coughing_blood": True}) | {"night_pain": 11}
    refused = alice.put(f"patients/me/entries/{new['id']}", new)
    assert refused.status == 401
    assert "raised" not in refused.body


def test_who_is_believed_rightly_is_told_it(alice: Person) -> None:
    new = entry(symptoms={"coughing_blood": True}) | {"night_pain": 11}
    refused = alice.put(f"patients/me/entries/{new['id']}", new)
    assert refused.status == 400
    assert refused.body["raised"]


def test_a_refusal_is_in_the_language_that_was_chosen_meanwhile(alice: Person) -> None:
    path = f"patients/me/entries/{uuid4()}"
    english, german = alice.get(path).body["title"], alice.get(path, Accept_Language="de").body["title"]
    Patient.objects.update(language="de")
    assert english != alice.get(path).body["title"] == german


def test_the_end_of_a_token_that_is_in_use_moves_on(alice: Person) -> None:
    worn = timezone.now() + timedelta(days=1)
    Session.objects.update(expire_date=worn)
    BELIEVED.forget(token_digest(alice.token))
    for _ in range(2):
        assert alice.get("patients/me/days").status == 200
    assert Session.objects.get().expire_date > worn + timedelta(days=1)


def test_one_look_is_one_line(alice: Person) -> None:
    before = AccessLine.objects.count()
    for _ in range(2):
        assert alice.get("patients/me/treatments").status == 200
    assert AccessLine.objects.count() == before + 1


def test_a_sync_that_writes_is_one_line(alice: Person) -> None:
    before = AccessLine.objects.count()
    alice.post("patients/me/sync", {"cursor": None, "changes": [put(entry())]})
    assert AccessLine.objects.count() == before + 1


def test_what_is_refused_leaves_no_line(alice: Person) -> None:
    before = AccessLine.objects.count()
    assert alice.get("patients/me/entries?cursor=nonsense").status == 400
    assert alice.get(f"patients/me/events/{uuid4()}").status == 404
    from_the_future = cursor(10**6, within=f"{alice.patient_id}:sync")
    assert alice.post("patients/me/sync", {"cursor": from_the_future, "changes": []}).status == 400
    assert AccessLine.objects.count() == before
