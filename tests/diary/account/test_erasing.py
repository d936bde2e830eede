"""The end of an account: asked for twice, done wholly, and nothing left but lines that lead nowhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from alerts.models import Alert, Delivery, Finding
from backend.journal.relay import relay
from diary.account.erase import Asker, erase, request_erasure
from diary.identity.provisioning import issue_token
from diary.identity.sessions import SessionStore
from diary.limits.budgets import of_mailbox, spend
from diary.models import AccessLine, Caregiver, ConsentRecord, Entry, ErasureRequest, Patient, User
from tests.cast import Answer, Person, send
from tests.diary.account.conftest import PASSWORD
from tests.diary.identity.database import everything_stored
from tests.diary.recordings import entry, event, full_entry, treatment
from tests.diary.spending import budgets_of
from tests.receiver import MailReceiver


def ask(person: Person, **body: str) -> Answer:
    return person.send("DELETE", "account", body)


def code_of(person: Person, mailbox: MailReceiver) -> str:
    assert ask(person, password=PASSWORD).status == 202
    return mailbox.code_for(person.email)


def test_the_first_call_mails_a_code_and_the_second_erases(alice: Person, mailbox: MailReceiver) -> None:
    first = ask(alice, password=PASSWORD)
    assert (first.status, set(first.body)) == (202, {"expires_at"})
    assert alice.get("preferences").status == 200
    code = mailbox.code_for(alice.email)
    assert ask(alice, password=PASSWORD, code=code).status == 204
    assert alice.get("preferences").status == 401
    assert not User.objects.filter(pk=alice.id).exists()


def test_the_code_may_be_copied_by_hand(alice: Person, mailbox: MailReceiver) -> None:
    code = code_of(alice, mailbox)
    assert ask(alice, code=f" {code.lower().replace('-', ' ')} ").status == 204


def test_the_session_that_proved_itself_need_not_do_so_again(alice: Person, mailbox: MailReceiver) -> None:
    code = code_of(alice, mailbox)
    stolen = issue_token(user=alice.user, now=timezone.now())
    assert send("DELETE", "account", {"code": code}, Authorization=f"Bearer {stolen}").status == 403
    assert ask(alice, code=code).status == 204


def test_nothing_happens_without_proof(alice: Person, mailbox: MailReceiver) -> None:
    alice.token = issue_token(user=alice.user, now=timezone.now())
    assert ask(alice).status == 403
    assert ask(alice, password="wrong").status == 403
    assert ask(alice, code="BCDF-GHJK").status == 403
    assert ask(alice, password=PASSWORD, code="BCDF-GHJK").status == 403
    assert send("DELETE", "account", {"password": PASSWORD}).status == 401
    assert not mailbox.received
    assert not ErasureRequest.objects.exists()


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ({"method": "mfa", "type": "totp", "age": 60}, 202),
        ({"method": "mfa", "type": "webauthn", "age": 60}, 202),
        ({"method": "password", "reauthenticated": True, "age": 60}, 202),
        ({"method": "mfa", "type": "totp", "age": 301}, 403),
        ({"method": "password", "age": 60}, 403),
    ],
)
def test_a_fresh_second_factor_is_as_good_as_the_password(
    alice: Person, mailbox: MailReceiver, record: dict[str, Any], status: int
) -> None:
    at = timezone.now().timestamp() - record.pop("age")
    session = SessionStore(alice.token)
    session["account_authentication_methods"] = [record | {"at": at}]
    session.save()
    assert ask(alice).status == status


def test_passwords_cannot_be_guessed_at_leisure(alice: Person, mailbox: MailReceiver) -> None:
    answers = [ask(alice, password="wrong") for _ in range(11)]
    assert [answer.status for answer in answers] == [403] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_a_code_bears_five_guesses(alice: Person, mailbox: MailReceiver) -> None:
    code = code_of(alice, mailbox)
    assert {ask(alice, code="XXXX-XXXX").status for _ in range(5)} == {403}
    assert ask(alice, password=PASSWORD, code=code).status == 403
    assert User.objects.filter(pk=alice.id).exists()


@pytest.mark.parametrize(("minutes", "status"), [(14, 204), (15, 403)])
def test_a_code_is_good_for_fifteen_minutes(alice: Person, mailbox: MailReceiver, minutes: int, status: int) -> None:
    now = timezone.now()
    code = code_of(alice, mailbox)
    with time_machine.travel(now + timedelta(minutes=minutes, seconds=30 if status == 403 else 0), tick=False):
        assert ask(alice, password=PASSWORD, code=code).status == status


def test_a_first_call_whose_answer_was_lost_sends_one_mail(alice: Person, mailbox: MailReceiver) -> None:
    first, again = ask(alice, password=PASSWORD), ask(alice, password=PASSWORD)
    assert (again.status, again.body, len(mailbox.received)) == (202, first.body, 1)


def test_a_newer_code_ends_the_older(alice: Person, mailbox: MailReceiver) -> None:
    old = code_of(alice, mailbox)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        new = code_of(alice, mailbox)
        assert old != new
        assert ask(alice, code=old).status == 403
        assert ask(alice, code=new).status == 204


def test_a_code_is_good_for_one_account_only(alice: Person, dana: Person, mailbox: MailReceiver) -> None:
    code = code_of(alice, mailbox)
    request_erasure(asker=Asker(dana.id, SessionStore(dana.token).session_key or ""), now=timezone.now())
    dana.user.set_password(PASSWORD)
    dana.user.credentials_epoch -= 1
    dana.user.save()
    assert ask(dana, password=PASSWORD, code=code).status == 403


def test_the_code_is_stored_hashed_and_its_mail_says_no_word_of_health(alice: Person, mailbox: MailReceiver) -> None:
    code = code_of(alice, mailbox)
    assert code not in everything_stored()
    assert code.replace("-", "") not in everything_stored()
    mail = mailbox.sent_to(alice.email)[0]
    assert mail.mail["Subject"] == "Your code to erase your account"
    assert code in mail.text
    assert code in mail.html


def test_while_mail_is_down_nothing_is_asked(alice: Person, mailbox: MailReceiver) -> None:
    mailbox.before_answer = lambda _: "451 Try again later"
    answer = ask(alice, password=PASSWORD)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert not ErasureRequest.objects.exists()
    mailbox.before_answer = lambda _: None
    assert ask(alice, password=PASSWORD).status == 202


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"password": 5}, {"/password"}),
        ({"code": None}, {"/code"}),
        ({"password": "x" * 1001}, {"/password"}),
        ({"user": "dana"}, {"/user"}),
        ([], {""}),
    ],
)
def test_what_makes_no_sense_is_refused(alice: Person, body: Any, pointers: set[str]) -> None:
    answer = alice.send("DELETE", "account", body)
    assert (answer.status, answer.pointers) == (400, pointers)


@pytest.fixture
def full_diary(alice: Person, bob: Person, dana: Person) -> Person:
    """Alice's diary with everything that can hang on one, and her place in Dana's circle."""
    today = timezone.now().date().isoformat()
    alice.patch("preferences", {"name": "Canary Alice", "quiet_hours": {"start": "22:00", "end": "07:00"}})
    alice.put(f"devices/{(id_ := entry()['id'])}", {"id": id_, "platform": "ios", "push_token": "canary-push"})
    alice.put(f"webhooks/{(id_ := entry()['id'])}", {"id": id_, "url": "https://canary.example/"})
    alice.patch("patients/me/profile", {"birth_year": 1961})
    for kind, sent in (
        ("entries", full_entry(note="canary-note")),
        ("entries", entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})),
        ("treatments", treatment(name="canary-tablet")),
        ("events", event(note="canary-event")),
    ):
        assert alice.put(f"patients/me/{kind}/{sent['id']}", sent).status == 201
    bob.cares_for(alice, "log")
    alice.post("patients/me/caregivers", {"email": "canary-invited@example.org", "level": "read"})
    alice.cares_for(dana, "log")
    sent = entry(note="of Dana")
    alice.put(f"patients/{dana.patient_id}/entries/{sent['id']}", sent)
    bob.get(f"patients/{alice.patient_id}/entries")
    return alice


def test_everything_goes(full_diary: Person, bob: Person, dana: Person, mailbox: MailReceiver) -> None:
    alice = full_diary
    assert Alert.objects.filter(patient=alice.patient_id).exists()
    assert Delivery.objects.filter(patient=alice.patient_id).exists()
    code = code_of(alice, mailbox)
    assert ask(alice, code=code).status == 204
    relay(now=timezone.now())  # as every ten seconds
    left = everything_stored()
    for trace in (str(alice.id), str(alice.patient_id), alice.email, "canary", "Canary", alice.token):
        assert trace not in left, trace
    for model in (Alert, Delivery, Finding, ConsentRecord, Patient, Caregiver):
        about_alice = {"id": alice.patient_id} if model is Patient else {"patient_id": alice.patient_id}
        assert not model.objects.filter(**about_alice).exists()


def test_pseudonymous_lines_stay_and_still_belong_together(full_diary: Person, bob: Person) -> None:
    before = AccessLine.objects.filter(patient_id=full_diary.patient_id).order_by("id")
    told = [(line.id, line.at, line.action, line.resource) for line in before]
    by_bob = before.filter(actor_id=bob.id).count()
    erase(user_id=full_diary.id, now=timezone.now())
    after = AccessLine.objects.filter(id__in=[id_ for id_, *_ in told]).order_by("id")
    assert [(line.id, line.at, line.action, line.resource) for line in after] == told
    assert {line.resource_id for line in after} == {None}
    (pseudonym,) = {line.patient_id for line in after}
    assert pseudonym != full_diary.patient_id
    actors = [line.actor_id for line in after]
    assert len(set(actors)) == 2
    assert {actors.count(actor) for actor in set(actors)} == {by_bob, len(told) - by_bob}
    assert bob.id not in actors


def test_the_diaries_of_others_stay_whole_without_the_name(full_diary: Person, dana: Person) -> None:
    erase(user_id=full_diary.id, now=timezone.now())
    (kept,) = dana.get("patients/me/entries").body["items"]
    assert (kept["note"], kept["recorded_by"]) == ("of Dana", None)
    lines = dana.get("patients/me/access-log").body["items"]
    hers = [(line["actor_name"], line["action"]) for line in lines if line["actor"] != str(dana.id)]
    assert hers == [(None, "left"), (None, "written")]
    history = ConsentRecord.objects.get(patient_id=dana.patient_id)
    assert (history.action, history.actor_id, history.caregiver.email) == ("left", None, "")


def test_what_they_did_about_the_alerts_of_others_stays_without_the_name(full_diary: Person, dana: Person) -> None:
    alice, today = full_diary, timezone.now().date().isoformat()
    sign = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    (raised,) = dana.put(f"patients/me/entries/{sign['id']}", sign).body["raised"]
    path = f"alerts/{raised['alert']}"
    ahead = (timezone.now() + timedelta(days=1)).isoformat()
    assert alice.post(f"patients/{dana.patient_id}/{path}/snooze", {"until": ahead}).status == 409
    assert alice.post(f"patients/{dana.patient_id}/{path}/outcome", {"outcome": "serious"}).status == 200
    erase(user_id=alice.id, now=timezone.now())
    relay(now=timezone.now())
    left = everything_stored()
    assert str(alice.id) not in left
    assert alice.email not in left
    shown = dana.get(f"patients/me/{path}").body
    assert (shown["state"], shown["outcome"], shown["outcome_by"]) == ("closed", "serious", None)
    assert shown["escalation"][0]["to"] == [{"id": str(dana.id), "name": "Dana"}]


def test_removing_an_account_looks_through_nobody_elses_rows(full_diary: Person) -> None:
    with CaptureQueriesContext(connection) as taken:
        erase(user_id=full_diary.id, now=timezone.now())
    changed = [query["sql"] for query in taken.captured_queries if '"recorded_by_id" = NULL' in query["sql"]]
    assert len(changed) == 3
    assert all('"patient_id" IN (' in statement for statement in changed)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE confrelid = 'diary_user'::regclass"
            " AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])"
        )
        assert cursor.fetchall() == []


def test_who_cared_loses_sight_at_once(full_diary: Person, bob: Person) -> None:
    erase(user_id=full_diary.id, now=timezone.now())
    assert bob.get("caring").body["items"] == []
    assert bob.get(f"patients/{full_diary.patient_id}/entries").status == 404


def test_the_address_may_be_used_again(full_diary: Person) -> None:
    erase(user_id=full_diary.id, now=timezone.now())
    assert Person("Alice").get("patients/me/entries").body["items"] == []


@pytest.mark.django_db(transaction=True)
def test_who_is_writing_meanwhile_finishes_or_finds_nothing() -> None:
    alice, bob = Person("Alice"), Person("Bob")
    bob.cares_for(alice, "log")
    path = f"patients/{alice.patient_id}/entries"

    def write(number: int) -> int:
        try:
            if number == 20:
                erase(user_id=alice.id, now=timezone.now())
                return 204
            sent = entry()
            return bob.put(f"{path}/{sent['id']}", sent).status
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(write, range(60)))
    assert set(statuses) <= {201, 204, 404}
    assert statuses.count(404) >= 1
    assert not Entry.objects.exists()


def test_an_account_has_only_so_many_codes_mailed_in_a_day(
    alice: Person, mailbox: MailReceiver, settings: Settings
) -> None:
    budgets_of(settings, mail_account=1, mail_mailbox=1)
    spend(of_mailbox("mail_mailbox", alice.email))  # by strangers who asked for resets: that keeps no one from leaving
    assert ask(alice, password=PASSWORD).status == 202
    ErasureRequest.objects.all().delete()
    again = ask(alice, password=PASSWORD)
    assert again.status == 429
    assert 23 * 3600 < int(again.headers["Retry-After"]) <= 24 * 3600
    assert len(mailbox.sent_to(alice.email)) == 1
