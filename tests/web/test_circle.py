"""An invitation by its link, and the people someone cares for: consent as it is now, and what is open first."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from alerts.models import Alert
from diary.access.invitations import mail_invitation
from diary.identity.provisioning import register
from diary.models import AccessLine, Caregiver, ConsentRecord, Session, User
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver

PASSWORD = "correct horse battery staple"
BENT = "A" * 32


@pytest.fixture
def invite(alice: Person, mailbox: MailReceiver) -> Callable[..., str]:
    """Alice invites an address; gives what is in the link of the mail."""

    def invited(email: str = "bob@example.org", level: str = "read") -> str:
        assert alice.post("patients/me/caregivers", {"email": email, "level": level}).status in {200, 201}
        mail_invitation(caregiver_id=Caregiver.objects.get(email=email, state="invited").pk, now=timezone.now())
        link = re.search(r"/invitations/([A-Z2-7]{32})\s", mailbox.sent_to(email)[-1].text)
        assert link is not None
        return link[1]

    return invited


def browser_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.cookies[project.SESSION_COOKIE_NAME] = person.token
    return client


def look(person: Person | None, code: str) -> HttpResponse:
    return browser_of(person).get(f"/invitations/{code}")  # type: ignore[return-value]


def send(person: Person | None, code: str, **fields: str) -> HttpResponse:
    return browser_of(person).post(f"/invitations/{code}", fields)  # type: ignore[return-value]


def join(code: str, **fields: str) -> HttpResponse:
    return send(None, code, do="join", **{"name": "Bob", "password": PASSWORD, **fields})


@pytest.mark.parametrize(
    ("level", "shown", "not_shown"),
    [
        ("alerts", "You don&#x27;t see the diary itself", "You can read everything"),
        ("read", "You can read everything", "You can write in the diary"),
        ("log", "You can write in the diary", "You don&#x27;t see the diary itself"),
    ],
)
def test_the_link_shows_who_invites_and_what_the_guest_will_see(
    invite: Callable[..., str], level: str, shown: str, not_shown: str
) -> None:
    page = look(None, invite(level=level)).content.decode()
    assert "An invitation from Alice" in page
    assert shown in page.replace("&#39;", "&#x27;").replace("'", "&#x27;")
    assert not_shown not in page.replace("'", "&#x27;")


def test_opening_it_accepts_nothing_and_is_kept_by_no_one(invite: Callable[..., str], bob: Person) -> None:
    code = invite()
    before = Caregiver.objects.values().get()
    for who in (None, bob):
        answer = look(who, code)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "same-origin"
    assert Caregiver.objects.values().get() == before


def test_a_guest_signs_up_and_accepts_in_one_breath(invite: Callable[..., str], alice: Person) -> None:
    answer = join(invite())
    assert (answer.status_code, answer["Location"]) == (303, "/caring")
    bob = User.objects.get(email="bob@example.org")
    place = Caregiver.objects.get()
    assert (place.state, place.user, bob.name) == ("accepted", bob, "Bob")
    assert bob.check_password(PASSWORD)
    assert bob.emailaddress_set.get().verified  # type: ignore[attr-defined] # allauth's
    assert Session.objects.get(user=bob)
    assert answer.cookies[project.SESSION_COOKIE_NAME]["httponly"]
    assert [record.action for record in ConsentRecord.objects.order_by("at")] == ["invited", "accepted"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"password": "short"}, "at least 10 characters"), ({"name": "see bank.example"}, "Use a plain name")],
)
def test_what_cannot_be_is_said_and_makes_no_account(
    invite: Callable[..., str], fields: dict[str, str], said: str
) -> None:
    answer = join(invite(), **fields)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not User.objects.filter(email="bob@example.org").exists()
    assert Caregiver.objects.get().state == "invited"


def test_an_account_that_is_there_is_not_taken_over(invite: Callable[..., str], db: None) -> None:
    code = invite()
    bob = register(email="bob@example.org", password=PASSWORD, now=timezone.now())
    answer = join(code, password="another long secret")
    assert answer.status_code == 409
    assert "has an account already" in answer.content.decode()
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)
    assert Caregiver.objects.get().state == "invited"
    assert project.SESSION_COOKIE_NAME not in answer.cookies


def test_who_has_an_account_accepts_with_one_tap(invite: Callable[..., str], bob: Person) -> None:
    code = invite()
    answer = send(bob, code, do="accept")
    assert (answer.status_code, answer["Location"]) == (303, "/caring")
    assert Caregiver.objects.get().user_id == bob.id
    assert send(bob, code, do="accept").status_code == 303  # a second tap


def test_it_is_for_the_invited_address_alone(invite: Callable[..., str], alice: Person, charlie: Person) -> None:
    code = invite()
    assert "signed in with another address" in look(charlie, code).content.decode()
    assert send(charlie, code, do="accept").status_code == 404
    assert "invitation to your own diary" in look(alice, code).content.decode()
    assert send(alice, code, do="accept").status_code == 404
    assert Caregiver.objects.get().state == "invited"


def test_who_is_signed_in_nowhere_accepts_nothing_without_signing_up(invite: Callable[..., str]) -> None:
    code = invite()
    assert send(None, code, do="accept").status_code == 303
    assert Caregiver.objects.get().state == "invited"


def test_a_no_leads_to_the_one_page_that_refuses_and_forgets_the_address(
    invite: Callable[..., str], alice: Person
) -> None:
    code = invite()
    no = re.search(r'href="(/i/[^"]+)">No, thank you<', look(None, code).content.decode())
    assert no is not None
    assert Client().post(no[1], {"refuse": "yes"}).status_code == 303
    assert alice.get("patients/me/caregivers").body["items"] == []
    assert [record.action for record in ConsentRecord.objects.order_by("at")] == ["invited", "refused"]
    assert not Caregiver.objects.exclude(email="").exists()
    assert look(None, code).status_code == 404
    assert join(code).status_code == 404


def test_every_link_that_does_not_work_looks_the_same(invite: Callable[..., str], alice: Person) -> None:
    old = invite()
    alice.show_again_who_it_is()
    new = invite()
    assert old != new
    expired = look(None, new)
    Caregiver.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    pages = [look(None, code) for code in (old, new, BENT)]
    assert expired.status_code == 200
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


def test_a_code_typed_by_hand_leads_to_the_same_page(db: None) -> None:
    answer = Client().post("/invitations", {"code": " abcd-efgh 2345"})
    assert answer["Location"] == "/invitations/ABCDEFGH2345"
    assert Client().post("/invitations", {"code": "../"})["Location"] == "/invited"


def test_an_open_emergency_is_the_first_thing_shown_after_accepting(
    invite: Callable[..., str], alice: Person, bob: Person
) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    send(bob, invite(), do="accept")
    page = browser_of(bob).get("/caring").content.decode()
    assert page.index("Call or go to Alice now") < page.index("Last entry")
    assert 'href="tel:112"' in page
    lines = AccessLine.objects.filter(patient_id=alice.patient_id, actor_id=bob.id, action="read")
    assert [line.resource for line in lines] == ["caring"]


def test_i_am_helping_now_is_said_with_a_note_and_both_see_it(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    alert = Alert.objects.get()
    path = f"/caring/{alice.patient_id}/alerts/{alert.pk}"
    browser = browser_of(bob)
    assert browser.post(path, {"do": "read"}).status_code == 303
    assert "You&#x27;ve read this" in browser.get(path).content.decode().replace("'", "&#x27;")
    assert browser.post(path, {"do": "take_on", "note": "<b>on my way</b>"}).status_code == 303
    page = browser_of(alice).get(f"/caring/me/alerts/{alert.pk}").content.decode()
    assert "Bob: I&#x27;m helping now" in page
    assert "&lt;b&gt;on my way&lt;/b&gt;" in page
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by_id) == ("acknowledged", bob.id)


def test_what_the_doctor_said_takes_the_level_that_writes_and_is_confirmed(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    alert = Alert.objects.get()
    path = f"/caring/{alice.patient_id}/alerts/{alert.pk}"
    browser = browser_of(bob)
    assert browser.post(path, {"do": "serious", "confirmed": "yes"}).status_code == 404
    Caregiver.objects.filter(pk=place.pk).update(level="log")
    asked = browser.post(path, {"do": "serious"})
    assert asked.status_code == 200
    assert "Is that what the doctor said?" in asked.content.decode()
    assert Alert.objects.get().outcome is None
    assert browser.post(path, {"do": "serious", "confirmed": "yes"}).status_code == 303
    alert.refresh_from_db()
    assert (alert.state, alert.outcome) == ("closed", "serious")


def test_an_answer_that_there_is_not_is_refused(alice: Person) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    path = f"/caring/me/alerts/{Alert.objects.get().pk}"
    assert browser_of(alice).post(path, {"do": "delete"}).status_code == 400


def test_the_page_for_the_doctor_is_one_tap_away_for_who_may_read(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "alerts")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    path = f"/alerts/{Alert.objects.get().pk}"
    report = f"/caring/{alice.patient_id}/overview/report.pdf"
    assert "report.pdf" not in browser_of(bob).get(f"/caring/{alice.patient_id}{path}").content.decode()
    Caregiver.objects.filter(pk=place.pk).update(level="read")
    assert f'href="{report}"' in browser_of(bob).get(f"/caring/{alice.patient_id}{path}").content.decode()
    assert 'href="/overview/report.pdf"' in browser_of(alice).get(f"/caring/me{path}").content.decode()
    assert browser_of(bob).get(report)["Content-Type"] == "application/pdf"


def test_the_patient_is_called_with_one_tap_by_who_cares_for_her_and_by_no_one_else(
    alice: Person, bob: Person, charlie: Person
) -> None:
    place = bob.cares_for(alice, "alerts")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    alert = f"/caring/{alice.patient_id}/alerts/{Alert.objects.get().pk}"
    assert "Call Alice" not in browser_of(bob).get("/caring").content.decode()
    assert alice.patch("patients/me/profile", {"phone_for_circle": "+34600000001"}).status == 200
    for path in ("/caring", alert):
        page = browser_of(bob).get(path).content.decode()
        assert '<a class="button plain" href="tel:+34600000001">Call Alice</a>' in page
        assert "+34600000001" not in browser_of(charlie).get(path).content.decode()
    assert "Call Alice" not in browser_of(alice).get(alert.replace(str(alice.patient_id), "me")).content.decode()
    Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=now)
    for path in ("/caring", alert):
        assert "+34600000001" not in browser_of(bob).get(path).content.decode()


def test_who_cares_for_someone_can_leave_and_ends_no_other_place(alice: Person, bob: Person, charlie: Person) -> None:
    place, others = bob.cares_for(alice, "read"), charlie.cares_for(alice, "read")
    browser = browser_of(bob)
    assert "Leave this care circle" in browser.get("/caring").content.decode()
    assert browser.post("/caring", {"place": str(others.pk)}).status_code == 404
    assert browser.post("/caring", {"place": "bent"}).status_code == 404
    answer = browser.post("/caring", {"place": str(place.pk)})
    assert (answer.status_code, answer["Location"]) == (303, "/caring")
    assert Caregiver.objects.get(pk=place.pk).state == "ended"
    assert Caregiver.objects.get(pk=others.pk).state == "accepted"
    assert ConsentRecord.objects.get(action="left").actor_id == bob.id
    assert "in no care circle" in browser.get("/caring").content.decode()
    assert browser.post("/caring", {"place": str(place.pk)}).status_code == 404
    assert browser.get(f"/caring/{alice.patient_id}/diary").status_code == 404
