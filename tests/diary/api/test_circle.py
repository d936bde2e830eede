"""The care circle, from the invitation to its end."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from diary.access.invitations import mail_invitation, owed
from diary.models import Caregiver, ConsentRecord
from tests.cast import Person
from tests.diary.circle import CIRCLE, accept, code_from_mail, invite
from tests.diary.recordings import entry
from tests.diary.spending import budgets_of, forget_budgets
from tests.receiver import MailReceiver


def actions() -> list[tuple[str, str]]:
    return list(ConsentRecord.objects.order_by("id").values_list("action", "level"))


def test_alice_invites_bob_and_he_accepts(alice: Person, bob: Person) -> None:
    code = invite(alice, bob)
    hers = f"patients/{alice.patient_id}/entries"
    assert bob.get(hers).status == 404
    answer = bob.post("invitations/accept", {"token": code})
    assert answer.status == 200
    assert bob.get(hers).status == 200
    (caring,) = bob.get("caring").body["items"]
    assert answer.body == {**caring, "alerts": []}
    assert (caring["patient"], caring["name"], caring["level"]) == (str(alice.patient_id), "Alice", "read")
    (place,) = alice.get(CIRCLE).body["items"]
    assert (place["email"], place["state"], place["level"]) == (bob.email, "accepted", "read")
    assert actions() == [("invited", "read"), ("accepted", "read")]


def test_the_mail_says_who_and_what_for_and_nothing_about_health_in_its_subject(alice: Person, bob: Person) -> None:
    code = invite(alice, bob)
    (letter,) = mail.outbox
    assert letter.to == [bob.email]
    assert "Alice" in letter.body
    assert not {"pain", "symptom", "cancer", "diary"} & set(letter.subject.lower().split())
    assert isinstance(letter, mail.EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert code in letter.body
    assert code in html


def test_the_code_may_be_typed_by_hand(alice: Person, bob: Person) -> None:
    assert accept(bob, f" {invite(alice, bob).lower().replace('-', ' ')}\n") == 200


def test_who_accepted_may_say_so_again_and_nobody_else(alice: Person, bob: Person, charlie: Person) -> None:
    code = invite(alice, bob)
    first, again = (bob.post("invitations/accept", {"token": code}) for _ in range(2))
    assert (again.status, again.body) == (200, first.body)
    assert accept(charlie, code) == 404
    assert actions() == [("invited", "read"), ("accepted", "read")]
    (place,) = alice.get(CIRCLE).body["items"]
    alice.delete(f"{CIRCLE}/{place['id']}")
    assert accept(bob, code) == 404


def test_an_invitation_is_for_its_address_alone(alice: Person, bob: Person, charlie: Person) -> None:
    code = invite(alice, bob)
    assert accept(charlie, code) == 404
    EmailAddress.objects.filter(user=bob.user).update(verified=False)
    assert accept(bob, code) == 404
    EmailAddress.objects.filter(user=bob.user).update(verified=True)
    assert accept(bob, code) == 200


def test_after_a_week_it_is_dead(alice: Person, bob: Person) -> None:
    code = invite(alice, bob)
    Caregiver.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert accept(bob, code) == 404
    assert accept(bob, invite(alice, bob)) == 200


def test_inviting_again_kills_the_earlier_code(alice: Person, bob: Person) -> None:
    first = invite(alice, bob)
    alice.post(CIRCLE, {"email": bob.email.upper(), "level": "log"})
    assert accept(bob, first) == 404
    assert accept(bob, code_from_mail()) == 200
    assert bob.get("caring").body["items"][0]["level"] == "log"
    assert Caregiver.objects.count() == 1


def test_every_spelling_of_a_mailbox_is_one_invitation(alice: Person) -> None:
    shown = "bob@bücher.example"
    spellings = [shown, "bob@xn--bcher-kva.example", " Bob@BÜCHER.example ", "bob@bü\u00adcher.example"]
    answers = [alice.post(CIRCLE, {"email": email, "level": "read"}) for email in spellings]
    assert [answer.status for answer in answers] == [201, 200, 200, 200]
    assert {answer.body["email"] for answer in answers} == {shown}
    assert [place["email"] for place in alice.get(CIRCLE).body["items"]] == [shown]
    assert Caregiver.objects.get().email == "bob@xn--bcher-kva.example"


def test_an_invitation_under_another_spelling_may_be_accepted(alice: Person) -> None:
    dana = Person("Dana", email="dana@bücher.example")
    alice.post(CIRCLE, {"email": "dana@xn--bcher-kva.example", "level": "read"})
    assert accept(dana, code_from_mail()) == 200
    assert mail.outbox[-1].to == ["dana@xn--bcher-kva.example"]


@pytest.mark.parametrize("email", ["alice@bücher.example", "alice@xn--bcher-kva.example"])
def test_no_spelling_of_ones_own_address_can_be_invited(db: None, email: str) -> None:
    alice = Person("Alice", email="alice@bücher.example")
    assert alice.post(CIRCLE, {"email": email, "level": "read"}).status == 409


def test_the_database_keeps_the_spelling_of_an_address(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    for email in ("Bob@example.org", "ｂob@example.org", "bob@bücher.example"):
        with pytest.raises(IntegrityError, match="caregiver_email_normalised"), transaction.atomic():
            Caregiver.objects.filter(pk=place.pk).update(email=email)


def test_a_revoked_invitation_is_dead_and_so_is_one_whose_owner_is_gone(alice: Person, bob: Person) -> None:
    code = invite(alice, bob)
    alice.user.is_active = False
    alice.user.save()
    assert accept(bob, code) == 404
    alice.user.is_active = True
    alice.user.save()
    (place,) = alice.get(CIRCLE).body["items"]
    assert [alice.delete(f"{CIRCLE}/{place['id']}").status, accept(bob, code)] == [204, 404]


def test_revoking_ends_it_with_the_next_request(alice: Person, bob: Person) -> None:
    accept(bob, invite(alice, bob))
    place = alice.get(CIRCLE).body["items"][0]["id"]
    assert [alice.delete(f"{CIRCLE}/{place}").status, alice.delete(f"{CIRCLE}/{place}").status] == [204, 204]
    assert bob.get(f"patients/{alice.patient_id}/entries").status == 404
    assert (bob.get("caring").body["items"], alice.get(CIRCLE).body["items"]) == ([], [])
    assert actions()[-1] == ("revoked", "read")


def test_a_caregiver_may_leave_but_send_nobody_else_away(alice: Person, bob: Person, dana: Person) -> None:
    accept(bob, invite(alice, bob, "log"))
    accept(dana, invite(alice, dana, "alerts"))
    mine, theirs = (person.get("caring").body["items"][0]["caregiver"] for person in (bob, dana))
    circle = f"patients/{alice.patient_id}/caregivers"
    assert bob.delete(f"{circle}/{theirs}").status == 404
    assert [bob.delete(f"{circle}/{mine}").status, bob.delete(f"{circle}/{mine}").status] == [204, 404]
    assert actions()[-1] == ("left", "log")


def test_the_level_changes_with_the_next_request(alice: Person, bob: Person) -> None:
    accept(bob, invite(alice, bob, "alerts"))
    place = alice.get(CIRCLE).body["items"][0]
    path, hers = f"{CIRCLE}/{place['id']}", f"patients/{alice.patient_id}/entries"
    seen = []
    for level in ("read", "log", "alerts"):
        assert alice.patch(path, {"level": level}).body["level"] == level
        sent = entry()
        seen.append((bob.get(hers).status, bob.put(f"{hers}/{sent['id']}", sent).status))
    assert seen == [(200, 404), (200, 201), (404, 404)]
    assert alice.patch(path, {"level": "read"}, If_Match='"1"').status == 412
    assert [action for action, _ in actions()].count("level_changed") == 3


def test_whether_an_address_has_an_account_shows_nowhere(alice: Person, bob: Person) -> None:
    answers = [alice.post(CIRCLE, {"email": email, "level": "read"}) for email in (bob.email, "nobody@example.org")]
    assert {answer.status for answer in answers} == {201}
    known, unknown = ({**answer.body, "id": "", "email": ""} for answer in answers)
    assert known.keys() == unknown.keys()
    assert (known["state"], unknown["state"]) == ("invited", "invited")


def test_nobody_invites_themselves_or_somebody_who_is_there(alice: Person, bob: Person) -> None:
    assert alice.post(CIRCLE, {"email": alice.email, "level": "read"}).status == 409
    accept(bob, invite(alice, bob))
    assert alice.post(CIRCLE, {"email": bob.email, "level": "log"}).status == 409


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"email": "no address", "level": "read"}, {"/email"}),
        ({"email": "a@example.org\nBcc: b@example.org", "level": "read"}, {"/email"}),
        ({"email": "bob@localhost", "level": "read"}, {"/email"}),
        ({"email": "bob@[127.0.0.1]", "level": "read"}, {"/email"}),
        ({"email": "bob@printer.local", "level": "read"}, {"/email"}),
        ({"email": '"bob"@example.org', "level": "read"}, {"/email"}),
        ({"email": "bob@example.org", "level": "own"}, {"/level"}),
        ({"email": "bob@example.org"}, {"/level"}),
        ({"email": "bob@example.org", "level": "read", "state": "accepted"}, {"/state"}),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_by_name(
    alice: Person, body: dict[str, str], pointers: set[str]
) -> None:
    answer = alice.post(CIRCLE, body)
    assert (answer.status, answer.pointers) == (400, pointers)


def test_somebody_with_two_addresses_takes_one_place(alice: Person, bob: Person) -> None:
    accept(bob, invite(alice, bob))
    EmailAddress.objects.create(user=bob.user, email="robert@example.org", verified=True)
    alice.post(CIRCLE, {"email": "robert@example.org", "level": "log"})
    assert accept(bob, code_from_mail()) == 409
    assert [item["level"] for item in bob.get("caring").body["items"]] == ["read"]


def test_a_full_circle_takes_nobody_more(alice: Person) -> None:
    answers = [
        alice.post(CIRCLE, {"email": f"friend{number}@example.org", "level": "read"}).status for number in range(31)
    ]
    assert answers == [201] * 30 + [409]


def test_the_mail_survives_a_mail_server_that_is_away(alice: Person, bob: Person, settings: Settings) -> None:
    with MailReceiver() as receiver:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(receiver.url.rpartition(":")[2])
        alice.post(CIRCLE, {"email": bob.email, "level": "read"})
        receiver.before_answer = lambda _: "451 later"
        now = timezone.now()
        (place,) = owed(now=now)
        mail_invitation(caregiver_id=place, now=now)
        assert owed(now=now) == []
        receiver.before_answer = lambda _: None
        later = now + timedelta(seconds=31)
        assert owed(now=later) == [place]
        mail_invitation(caregiver_id=place, now=later)
        mail_invitation(caregiver_id=place, now=later)
        assert owed(now=later + timedelta(days=1)) == []
        first, second = (received.invitation for received in receiver.sent_to(bob.email))
    assert [accept(bob, first), accept(bob, second)] == [404, 200]


def test_a_mail_whose_sender_died_is_sent_again_after_its_lease(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.post(CIRCLE, {"email": bob.email, "level": "read"})
    now = timezone.now()
    (place,) = owed(now=now)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMultiAlternatives.send", die)
        with pytest.raises(KeyboardInterrupt):
            mail_invitation(caregiver_id=place, now=now)
    assert owed(now=now + timedelta(seconds=59)) == []
    mail_invitation(caregiver_id=place, now=now + timedelta(seconds=61))
    assert len(mail.outbox) == 1


def test_a_mail_that_its_server_will_never_have_is_given_up(alice: Person, bob: Person, settings: Settings) -> None:
    with MailReceiver() as receiver:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(receiver.url.rpartition(":")[2])
        receiver.before_answer = lambda _: "550 nobody of this name"
        alice.post(CIRCLE, {"email": bob.email, "level": "read"})
        now = timezone.now()
        (place,) = owed(now=now)
        mail_invitation(caregiver_id=place, now=now)
    assert owed(now=now + timedelta(days=1)) == []


def test_an_invitation_to_a_mailbox_that_has_had_enough_for_a_day_waits(
    alice: Person, bob: Person, dana: Person, settings: Settings
) -> None:
    budgets_of(settings, mail_mailbox=1)
    assert alice.post(CIRCLE, {"email": "bob+1@example.org", "level": "read"}).status == 201
    assert dana.post(CIRCLE, {"email": "bob+2@example.org", "level": "read"}).status == 201
    now = timezone.now()
    for caregiver_id in owed(now=now):
        mail_invitation(caregiver_id=caregiver_id, now=now)
    assert len(mail.outbox) == 1
    (waits,) = Caregiver.objects.exclude(mail_due_at=None)
    assert waits.mail_due_at is not None
    assert timedelta(hours=23) < waits.mail_due_at - now <= timedelta(hours=24)
    forget_budgets()
    mail_invitation(caregiver_id=waits.pk, now=waits.mail_due_at)
    assert [one.to for one in mail.outbox] == [["bob+1@example.org"], ["bob+2@example.org"]]
