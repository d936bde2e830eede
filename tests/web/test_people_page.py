"""The care circle on a page: inviting, changing and ending, with the proof and the limits that apps meet."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from diary.identity.provisioning import issue_token
from diary.models import AccessLine, Caregiver, User
from diary.models.caregiver import Level
from tests.cast import Person
from tests.web.form import hidden_in

PASSWORD = "correct horse battery staple"


def browser_of(person: Person, *, since: timedelta = timedelta(0)) -> Client:
    """A browser that was signed in so long ago."""
    client = Client()
    now = timezone.now() - since
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=person.user, now=now, proved=True)
    return client


def send(browser: Client, what: str, **fields: object) -> HttpResponse:
    return browser.post("/people", {"do": what, **fields})  # type: ignore[return-value]


def shown(browser: Client) -> str:
    answer = browser.get("/people")
    assert answer.status_code == 200
    return answer.content.decode()


def test_someone_is_invited_and_shown_as_invited(alice: Person) -> None:
    browser = browser_of(alice)
    assert "Invite someone you trust" in shown(browser)
    assert send(browser, "invite", email=" Bob@Example.org ", level="read")["Location"] == "/people"
    place = Caregiver.objects.get()
    assert (place.email, place.level, place.state) == ("bob@example.org", "read", "invited")
    page = shown(browser)
    assert "bob@example.org" in page
    assert "accepted yet" in page


@pytest.mark.parametrize(("email", "level"), [("", "read"), ("nobody", "read"), ("bob@example.org", "own")])
def test_what_cannot_be_invited_is_said_and_stays(alice: Person, email: str, level: str) -> None:
    answer = send(browser_of(alice), "invite", email=email, level=level)
    assert answer.status_code == 400
    assert "Enter an email address" in answer.content.decode()
    assert not Caregiver.objects.exists()


def test_what_the_circle_refuses_is_said_in_its_words(alice: Person) -> None:
    answer = send(browser_of(alice), "invite", email=alice.email, level="read")
    assert answer.status_code == 409
    assert "This is your own email address." in answer.content.decode()


def test_inviting_takes_a_recent_sign_in_and_what_was_typed_goes_along(alice: Person) -> None:
    alice.user.set_password(PASSWORD)
    alice.user.save()
    browser = browser_of(alice, since=timedelta(hours=1))
    answer = send(browser, "invite", email="bob@example.org", level="read")
    assert answer.status_code == 403
    assert not Caregiver.objects.exists()
    again = browser.post("/sign-in/again", {"password": PASSWORD, **hidden_in(answer.content)})
    assert again.status_code == 200
    assert 'action="/people"' in again.content.decode()
    fields = re.findall(r'type="hidden" name="(do|email|level)" value="([^"]*)"', again.content.decode())
    assert browser.post("/people", dict(fields)).status_code == 303
    assert Caregiver.objects.get().email == "bob@example.org"


@pytest.mark.parametrize(("before", "after", "proved"), [("alerts", "log", False), ("log", "alerts", True)])
def test_reaching_further_takes_a_recent_sign_in_and_reaching_less_does_not(
    alice: Person, bob: Person, before: Level, after: Level, *, proved: bool
) -> None:
    place = bob.cares_for(alice, before)
    send(browser_of(alice, since=timedelta(hours=1)), "level", place=place.pk, level=after)
    place.refresh_from_db()
    assert place.level == (after if proved else before)
    send(browser_of(alice), "level", place=place.pk, level=after)
    place.refresh_from_db()
    assert place.level == after


def test_access_ends_at_once(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    assert browser_of(bob).get(f"/caring/{alice.patient_id}/diary").status_code == 200
    assert send(browser_of(alice), "end", place=place.pk).status_code == 303
    assert browser_of(bob).get(f"/caring/{alice.patient_id}/diary").status_code == 404


def test_the_circle_of_someone_else_is_out_of_reach(alice: Person, bob: Person, charlie: Person) -> None:
    place = bob.cares_for(alice, "read")
    for what in ("end", "level"):
        assert send(browser_of(charlie), what, place=place.pk, level="log").status_code == 404
    assert send(browser_of(charlie), "end", place="all").status_code == 404
    assert send(browser_of(charlie), "everything").status_code == 404
    place.refresh_from_db()
    assert (place.state, place.level) == ("accepted", "read")
    assert bob.email not in shown(browser_of(charlie))


def test_a_look_is_in_the_access_log(alice: Person) -> None:
    shown(browser_of(alice))
    line = AccessLine.objects.get(patient_id=alice.patient_id)
    assert (line.action, line.resource) == ("read", "caregivers")


def test_who_has_accepted_is_shown_by_name_above_the_address(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    browser = browser_of(alice)
    page = shown(browser)
    assert re.search(rf"<h2 [^>]*><bdi>Bob</bdi></h2>\s*<p class=\"quiet\">{bob.email}</p>", page), page
    User.objects.filter(pk=bob.id).update(name="")
    assert f"<bdi>{bob.email}</bdi></h2>" in shown(browser)


def test_who_is_only_invited_is_shown_by_address_whatever_account_it_has(alice: Person, bob: Person) -> None:
    browser = browser_of(alice)
    send(browser, "invite", email=bob.email, level="read")
    assert f"<bdi>{bob.email}</bdi></h2>" in shown(browser)
