"""After everyone was thrown out of an account, its owner says on a page what is theirs; until then it gets nothing."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from alerts.review import waiting_items
from diary.identity.provisioning import issue_token, sign_out_everywhere
from diary.models import Caregiver, Device
from tests.cast import Person

DEVICE = "0191d1a0-0000-7000-8000-000000000003"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def thrown_out(alice: Person, bob: Person) -> Person:
    """Alice has thrown everyone out: Bob cares for her, and a phone was added just before."""
    bob.cares_for(alice, "read", now=timezone.now() - timedelta(days=9))
    device = {"id": DEVICE, "platform": "ios", "push_token": "a token of some length, 0123456789"}
    assert alice.put(f"devices/{DEVICE}", device).status == 201
    alice.user.set_password(PASSWORD)
    alice.user.save()
    sign_out_everywhere(user=alice.user, now=timezone.now())
    alice.user.refresh_from_db()
    return alice


def browser_of(person: Person, *, since: timedelta = timedelta(0)) -> Client:
    """A browser that was signed in so long ago."""
    now = timezone.now() - since
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=person.user, now=now, proved=True)
    return client


def waiting(browser: Client) -> list[str]:
    return re.findall(r'name="item" value="([^"]*)"><input type="hidden" name="do" value="confirm"', shown(browser))


def shown(browser: Client) -> str:
    answer = browser.get("/review")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_where_one_comes_to_after_signing_in_and_names_all_that_waits(thrown_out: Person) -> None:
    browser = browser_of(thrown_out)
    assert browser.get("/")["Location"] == "/review"
    page = shown(browser)
    assert "Someone in your care circle: bob@example.org" in page
    assert "A phone or browser: ios …6789" in page
    assert page.count("No messages go there until you say") == 1
    assert "Look through where your messages go" in browser.get("/account").content.decode()


def test_what_is_confirmed_is_sent_to_again(thrown_out: Person) -> None:
    browser = browser_of(thrown_out)
    for item in waiting(browser):
        assert browser.post("/review", {"item": item, "do": "confirm"})["Location"] == "/review"
    assert "looked through everything" in shown(browser).replace("&#x27;", "'")
    assert waiting_items(user_id=thrown_out.id) == []
    assert Device.objects.get(id=UUID(DEVICE)).confirmed_at is not None
    assert browser.get("/")["Location"] == "/today"


def test_what_is_not_theirs_is_removed(thrown_out: Person) -> None:
    browser = browser_of(thrown_out)
    for item in waiting(browser):
        assert browser.post("/review", {"item": item, "do": "remove"}).status_code == 303
    assert Caregiver.objects.get().state == "ended"
    assert Device.objects.get(id=UUID(DEVICE)).deleted


def test_confirming_takes_the_password_once_more_and_removing_does_not(thrown_out: Person) -> None:
    browser = browser_of(thrown_out, since=timedelta(hours=1))
    first, second = waiting(browser)
    answer = browser.post("/review", {"item": first, "do": "confirm"})
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/again?next=%2Freview")
    assert len(waiting_items(user_id=thrown_out.id)) == 2
    wrong = browser.post("/sign-in/again", {"password": "not this one", "next": "/review"})
    assert wrong.status_code == 400
    again = browser.post("/sign-in/again", {"password": PASSWORD, "next": "/review"})
    assert (again.status_code, again["Location"]) == (303, "/review")
    browser.post("/review", {"item": first, "do": "confirm"})
    assert browser.post("/review", {"item": second, "do": "remove"}).status_code == 303
    assert waiting_items(user_id=thrown_out.id) == []


@pytest.mark.parametrize("item", ["", "nothing", "0191d1a0-0000-7000-8000-000000000009"])
def test_what_does_not_wait_is_not_found(thrown_out: Person, charlie: Person, item: str) -> None:
    assert browser_of(thrown_out).post("/review", {"item": item, "do": "confirm"}).status_code == 404
    theirs = waiting(browser_of(thrown_out))[0]
    assert browser_of(charlie).post("/review", {"item": theirs, "do": "remove"}).status_code == 404
    assert len(waiting_items(user_id=thrown_out.id)) == 2


def test_who_is_signed_in_nowhere_is_asked_to_sign_in(db: None) -> None:
    assert Client().get("/review")["Location"] == "/sign-in?next=%2Freview"
    assert Client().post("/sign-in/again", {"password": PASSWORD})["Location"] == "/sign-in"
