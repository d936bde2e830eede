"""What support can do, and what is left of it: lines in its own log and in the person's, and a notice to them."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from alerts.delivery.send import deliver
from alerts.models import Delivery
from diary.access.invitations import mail_invitation
from diary.access.log import SUPPORT
from diary.account.export import Subject, archive_chunks
from diary.format.fields import Symptoms
from diary.identity.factors.lost_factors import remove_due
from diary.models import (
    AccessLine,
    Caregiver,
    ConsentRecord,
    FactorRemoval,
    FailingEndpoint,
    Notice,
    Patient,
    Session,
    SupportLine,
    User,
)
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.support.staffing import REASON, SECRET, browser_of, found, text_of


@pytest.fixture
def desk(sue: Person) -> Client:
    """Sue's browser."""
    return browser_of(sue)


def do(desk: Client, person: Person, name: str, subject: str = "") -> str:
    """Do it, and give what the page then says."""
    page = found(desk, person)
    done = desk.post(page, {"do": name, "subject": subject})
    if done.status_code == 303:
        done = desk.get(done.headers["Location"])
    return text_of(done)


def told(person: Person) -> list[tuple[str, str, str | None]]:
    """What the person reads in their own log of what support did."""
    lines = person.get("patients/me/access-log").body["items"]
    return [(one["action"], one["resource"], one["reason"]) for one in lines if one["actor_name"] == "support"]


def logged() -> list[tuple[str, str, str]]:
    return list(SupportLine.objects.order_by("id").values_list("staff", "way", "act"))


def test_each_look_is_in_both_logs_and_names_no_one_of_support_to_the_person(
    desk: Client, alice: Person, bob: Person
) -> None:
    desk.get(found(desk, alice))
    assert logged() == [("sue@example.org", "page", "searched"), ("sue@example.org", "page", "looked")]
    assert set(SupportLine.objects.values_list("account", "reason")) == {(alice.id, REASON)}
    assert told(alice) == [("read", "account-states", REASON)]
    assert told(bob) == []
    (line,) = AccessLine.objects.filter(patient_id=alice.patient_id, actor_id=SUPPORT)
    assert line.actor_id == SUPPORT
    page = text_of(browser_of(alice).get("/account/looks"))
    assert "Support looked at: how your account is doing, and nothing of the diary" in page
    assert f"Why: {REASON}" in page
    assert "sue" not in page.lower()


def test_a_search_that_finds_nothing_is_logged_without_the_address(desk: Client) -> None:
    answer = desk.post("/support/", {"address": "nobody@example.org", "reason": REASON})
    assert answer.status_code == 404
    assert SupportLine.objects.values_list("act", "account").get() == ("searched", None)


@pytest.mark.parametrize("part", ["alice", "alice@", "%@example.org", "a*@example.org", "", "a\0@example.org"])
def test_no_part_of_an_address_finds_anything(desk: Client, alice: Person, part: str) -> None:
    assert desk.post("/support/", {"address": part, "reason": REASON}).status_code == 404


@pytest.mark.parametrize("reason", ["", "short", "x" * 251, " \n ", "a\x00bcdefgh"])
def test_without_a_reason_nothing_is_found(desk: Client, alice: Person, reason: str) -> None:
    assert desk.post("/support/", {"address": alice.email, "reason": reason}).status_code == 400
    assert not SupportLine.objects.exists()


def test_signing_out_everywhere_holds_from_the_next_request_on(desk: Client, alice: Person) -> None:
    assert "Every phone and browser is signed out, and links in messages no longer work." in do(desk, alice, "sign-out")
    assert alice.get("patients/me/profile").status == 401
    assert not Session.objects.filter(user=alice.user).exists()
    assert Notice.objects.get(user=alice.user).kind == "signed_out_everywhere"
    alice.show_again_who_it_is()
    alice.user.refresh_from_db()
    assert logged()[1][2] == "signed_out"


def test_a_second_factor_goes_after_the_waiting_time_only(desk: Client, alice: Person) -> None:
    TOTP.activate(alice.user, SECRET)
    assert "to be removed" in do(desk, alice, "remove-second-factor")
    assert "already pending" in do(desk, alice, "remove-second-factor")
    assert Notice.objects.get().kind == "factor_removal_asked"
    assert told(alice).count(("written", "second-factors", REASON)) == 1
    remove_due(now=timezone.now() + timedelta(days=6, hours=23))
    assert Authenticator.objects.filter(user=alice.user).exists()
    assert "Stopped: the account keeps its second factors." in do(desk, alice, "keep-second-factor")
    remove_due(now=timezone.now() + timedelta(days=8))
    assert Authenticator.objects.filter(user=alice.user).exists()
    assert FactorRemoval.objects.get().cancelled_at is not None


def test_an_invitation_is_mailed_again_with_a_new_code(desk: Client, alice: Person, mailbox: MailReceiver) -> None:
    place = alice.post("patients/me/caregivers", {"email": "dana@example.org", "level": "read"}).body["id"]
    mail_invitation(caregiver_id=place, now=timezone.now())
    first = Caregiver.objects.get().token_digest
    assert "The invitation is mailed again, with a new code; the earlier one no longer works." in do(
        desk, alice, "resend-invitation", place
    )
    mail_invitation(caregiver_id=place, now=timezone.now())
    assert len(mailbox.sent_to("dana@example.org")) == 2
    assert Caregiver.objects.get().token_digest not in {None, first}
    assert list(ConsentRecord.objects.order_by("id").values_list("action", "actor")) == [
        ("invited", alice.id),
        ("invited", None),
    ]
    assert ("invited", "caregiver", REASON) in told(alice)


@pytest.mark.parametrize("which", ["accepted", "another's", "no id"])
def test_no_other_place_is_invited_again(desk: Client, alice: Person, bob: Person, which: str) -> None:
    theirs = bob.post("patients/me/caregivers", {"email": "dana@example.org", "level": "read"}).body["id"]
    taken = str(Caregiver.objects.get(user=bob.user).pk)
    subject = {"accepted": taken, "another's": theirs, "no id": "x"}[which]
    assert "There is no such invitation" in do(desk, alice, "resend-invitation", subject)
    assert "invitation_resent" not in {act for *_, act in logged()}


def test_messages_that_failed_go_out_when_they_are_tried_again(
    desk: Client, alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    now = timezone.now()
    write(alice, entry(now.date(), symptoms=Symptoms(saddle_numbness=True)), now=now)
    bobs = Delivery.objects.filter(recipient=bob.user, channel="email")
    bobs.update(state="failed", next_attempt_at=None, attempts=40, last_error="given up", follow_up_at=now)
    assert "What failed or waited is tried again now." in do(desk, alice, "retry-deliveries")
    (again,) = bobs
    assert (again.state, again.follow_up_at) == ("owed", None)
    deliver(delivery_id=again.pk, now=timezone.now())
    assert bobs.get().state == "sent"
    assert mailbox.sent_to("bob@example.org")
    assert ("written", "messages", REASON) in told(alice)
    assert told(bob) == []


def test_what_is_no_longer_worth_sending_stays_as_it_is(desk: Client, alice: Person, bob: Person) -> None:
    now = timezone.now()
    write(alice, entry(now.date(), symptoms=Symptoms(saddle_numbness=True)), now=now)
    Delivery.objects.update(state="failed", next_attempt_at=None, attempts=40, last_error="given up")
    Caregiver.objects.filter(user=bob.user).update(state="ended", ended_at=now)
    do(desk, alice, "retry-deliveries")
    assert set(Delivery.objects.filter(recipient=bob.user).values_list("state", flat=True)) == {"failed"}
    assert set(Delivery.objects.filter(recipient=alice.user).values_list("state", flat=True)) == {"owed"}


def test_a_place_that_reaches_no_one_is_marked_and_again_when_it_works(desk: Client, alice: Person) -> None:
    assert "dead since" in do(desk, alice, "mark-dead", "email")
    row = FailingEndpoint.objects.get()
    assert (row.reason, row.state) == ("bounced", "dead")
    assert "Noted that it works: messages go there again." in do(desk, alice, "mark-works", "email")
    assert not FailingEndpoint.objects.exists()
    assert "no such place" in do(desk, alice, "mark-dead", "push:7")
    assert told(alice).count(("written", "places", REASON)) == 2


def test_an_account_is_erased_by_typing_its_address_and_its_mailbox_is_told(
    desk: Client, alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    assert "Nothing was erased" in do(desk, alice, "erase", "bob@example.org")
    assert User.objects.filter(pk=alice.id).exists()
    assert "The account and everything about it are erased. A mail to its address says so." in do(
        desk, alice, "erase", "Alice@Example.org"
    )
    assert not User.objects.filter(pk=alice.id).exists()
    assert not Patient.objects.filter(pk=alice.patient_id).exists()
    (mail,) = mailbox.sent_to(alice.email)
    assert mail.mail["Subject"] == "Your account was erased"
    assert {act for *_, act in logged()} == {"searched", "looked", "erased"}
    assert not SupportLine.objects.filter(account=alice.id).exists()
    assert set(SupportLine.objects.values_list("reason", flat=True)) == {None}
    assert len(set(SupportLine.objects.values_list("account", flat=True))) == 1  # still one account's, and no one's
    assert set(SupportLine.objects.values_list("staff", flat=True)) == {"sue@example.org"}
    assert not AccessLine.objects.filter(reason__isnull=False).exists()


def test_an_act_that_fails_leaves_no_line(desk: Client, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("support.acts.sign_out_everywhere", broken)
    page = found(desk, alice)
    with pytest.raises(RuntimeError):
        desk.post(page, {"do": "sign-out"})
    assert "signed_out" not in {act for *_, act in logged()}
    assert ("revoked", "sessions", REASON) not in told(alice)


def test_it_is_in_the_export_of_the_account_without_the_name_of_staff(desk: Client, alice: Person) -> None:
    desk.get(found(desk, alice))
    packed = b"".join(archive_chunks(Subject(alice.id, alice.patient_id, timezone.now())))
    with ZipFile(BytesIO(packed)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert REASON in files["access-log.jsonl"]
    assert not [name for name, text in files.items() if "sue@example.org" in text]
