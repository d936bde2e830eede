"""An authenticator app as the second factor, set up on the page by who has just shown who it is; its recovery codes."""

import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from diary.identity.provisioning import issue_token
from tests.cast import Person
from tests.diary.identity.authenticator import code_of
from tests.receiver import MailReceiver

PASSWORD = "correct horse battery staple"
PAGE = "/account/second-factor"


@pytest.fixture
def browser(alice: Person, mailbox: MailReceiver) -> Client:
    """Alice's; it has just shown who it is."""
    alice.user.set_password(PASSWORD)
    alice.user.save()
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=alice.user, now=timezone.now())
    assert client.get(PAGE)["Location"] == "/sign-in/again?next=%2Faccount%2Fsecond-factor"
    again = client.post("/sign-in/again", {"password": PASSWORD, "next": PAGE})
    assert (again.status_code, again["Location"]) == (303, PAGE)
    return client


def text(answer: Any) -> str:
    shown: str = unescape(answer.content.decode())
    return shown


def key_on(answer: Any) -> str:
    found = re.search(r'name="key" value="([A-Z2-7]+)"', text(answer))
    assert found is not None
    return found[1]


def codes_on(answer: Any) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code>", text(answer))


def turned_on(browser: Client) -> list[str]:
    """The recovery codes that were shown then."""
    key = key_on(browser.get(PAGE))
    answer: Any = browser.post(PAGE, {"do": "on", "key": key, "code": code_of(key)})
    assert answer.status_code == 200, text(answer)
    return codes_on(answer)


def test_it_is_set_up_with_the_key_that_is_shown_and_asked_for_from_then_on(alice: Person, browser: Client) -> None:
    codes = turned_on(browser)
    assert len(codes) == 10
    later = browser.get(PAGE)
    assert "Signing in takes your password and a code" in text(later)
    assert codes_on(later) == []
    other = Client()
    sent = other.post("/sign-in", {"email": alice.email, "password": PASSWORD})
    assert sent["Location"] == "/sign-in/code"
    assert other.get("/account").status_code == 303
    assert other.post("/sign-in/code", {"code": codes[0]})["Location"] == "/"
    assert other.get("/account").status_code == 200


def test_a_wrong_code_turns_nothing_on_and_the_key_stays(browser: Client) -> None:
    key = key_on(browser.get(PAGE))
    answer = browser.post(PAGE, {"do": "on", "key": key, "code": "000000"})
    assert answer.status_code == 400
    assert "This code is wrong." in text(answer)
    assert key_on(answer) == key
    assert not Authenticator.objects.exists()
    assert browser.post(PAGE, {"do": "on", "key": key, "code": code_of(key)}).status_code == 200


def test_new_recovery_codes_take_the_place_of_the_old_ones(browser: Client) -> None:
    before = turned_on(browser)
    after = codes_on(browser.post(PAGE, {"do": "codes"}))
    assert len(after) == 10
    assert not set(before) & set(after)


def test_it_is_turned_off(browser: Client) -> None:
    turned_on(browser)
    assert browser.post(PAGE, {"do": "off"})["Location"] == PAGE
    assert not Authenticator.objects.filter(type="totp").exists()
    assert "Scan this picture" in text(browser.get(PAGE))


@pytest.mark.parametrize("what", ["on", "off", "codes"])
def test_who_has_not_shown_who_it_is_changes_nothing(alice: Person, what: str) -> None:
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=alice.user, now=timezone.now())
    answer = client.post(PAGE, {"do": what, "code": "123456"})
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/again?next=%2Faccount%2Fsecond-factor")
    assert not Authenticator.objects.exists()


def test_what_there_is_not_is_not_found(browser: Client) -> None:
    assert browser.post(PAGE, {"do": "nothing"}).status_code == 404
