"""Another password and another email address, on pages for who is signed in and has just shown who it is."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from diary.identity.provisioning import issue_token
from tests.cast import Person
from tests.receiver import MailReceiver

PASSWORD = "correct horse battery staple"
OTHER = "an entirely different secret"
NEW = "alice@example.net"
PASSWORD_PAGE = "/account/password"
ADDRESS_PAGE = "/account/email"


@pytest.fixture
def browser(alice: Person, mailbox: MailReceiver) -> Client:
    """Alice's; it has just shown who it is."""
    alice.user.set_password(PASSWORD)
    alice.user.save()
    client = signed_in(alice)
    assert client.post("/sign-in/again", {"password": PASSWORD, "next": ADDRESS_PAGE})["Location"] == ADDRESS_PAGE
    return client


def signed_in(person: Person, **how: bool) -> Client:
    client = Client(**how)  # type: ignore[arg-type] # how it checks
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=person.user, now=timezone.now())
    return client


def text(answer: Any) -> str:
    shown: str = unescape(answer.content.decode())
    return shown


def changed_to(browser: Client, new: str, *, current: str = PASSWORD) -> Any:
    return browser.post(PASSWORD_PAGE, {"do": "change", "current_password": current, "new_password": new})


def is_signed_in(browser: Client) -> bool:
    return browser.get("/account").status_code == 200


def test_a_new_password_signs_out_everywhere_and_signs_in(alice: Person, browser: Client) -> None:
    other = signed_in(alice)
    answer = changed_to(browser, OTHER)
    assert answer.status_code == 200
    assert "Your password is changed" in text(answer)
    assert 'action="/sign-in"' in text(answer)
    assert not is_signed_in(browser)
    assert not is_signed_in(other)
    assert answer.cookies[project.SESSION_COOKIE_NAME].value == ""
    del browser.cookies[project.SESSION_COOKIE_NAME]
    assert browser.post("/sign-in", {"email": alice.email, "password": PASSWORD}).status_code == 400
    assert browser.post("/sign-in", {"email": alice.email, "password": OTHER}).status_code == 303
    assert is_signed_in(browser)


def test_its_owner_hears_of_a_new_password(alice: Person, browser: Client, mailbox: MailReceiver) -> None:
    changed_to(browser, OTHER)
    assert "Your password was changed" in mailbox.sent_to(alice.email)[-1].text


@pytest.mark.parametrize(
    ("current", "new", "said"),
    [
        (OTHER, OTHER, "This isn't your password."),
        ("", OTHER, "Please fill this in."),
        (PASSWORD, "short", "at least 10 characters"),
        (PASSWORD, "password123", "easy to guess"),
        (PASSWORD, "", "Please fill this in."),
    ],
)
def test_what_is_refused_is_said_beside_the_field(browser: Client, current: str, new: str, said: str) -> None:
    answer = changed_to(browser, new, current=current)
    assert answer.status_code == 400
    assert said in text(answer)
    assert OTHER not in text(answer)
    assert is_signed_in(browser)


def test_a_new_address_holds_from_its_code_on(alice: Person, browser: Client, mailbox: MailReceiver) -> None:
    other = signed_in(alice)
    assert alice.email in text(browser.get(ADDRESS_PAGE))
    assert browser.post(ADDRESS_PAGE, {"do": "ask", "email": f" {NEW} "})["Location"] == ADDRESS_PAGE
    waiting = text(browser.get(ADDRESS_PAGE))
    assert f"a code to {NEW}" in waiting
    assert alice.email in waiting
    alice.user.refresh_from_db()
    assert alice.user.email != NEW
    assert NEW in mailbox.sent_to(alice.email)[-1].text, "it is told what was asked for"
    entered = browser.post(ADDRESS_PAGE, {"do": "code", "code": f" {mailbox.code_for(NEW)} "})
    assert entered["Location"] == ADDRESS_PAGE
    former = alice.email
    alice.user.refresh_from_db()
    assert alice.user.email == NEW
    assert re.search(r"/undo/\S+", mailbox.sent_to(former)[-1].text), "and can take it back"
    assert is_signed_in(browser)
    assert not is_signed_in(other)
    assert former not in text(browser.get(ADDRESS_PAGE))


def test_a_wrong_code_changes_nothing_and_the_right_one_still_does(
    alice: Person, browser: Client, mailbox: MailReceiver
) -> None:
    browser.post(ADDRESS_PAGE, {"do": "ask", "email": NEW})
    answer = browser.post(ADDRESS_PAGE, {"do": "code", "code": "WRONG1"})
    assert answer.status_code == 400
    assert "This code is wrong. Check the newest email" in text(answer)
    assert browser.post(ADDRESS_PAGE, {"do": "code", "code": mailbox.code_for(NEW)}).status_code == 303
    alice.user.refresh_from_db()
    assert alice.user.email == NEW


def test_a_code_that_took_its_time_is_still_taken(alice: Person, browser: Client, mailbox: MailReceiver) -> None:
    browser.post(ADDRESS_PAGE, {"do": "ask", "email": NEW})
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
        assert browser.post(ADDRESS_PAGE, {"do": "code", "code": mailbox.code_for(NEW)}).status_code == 303
    alice.user.refresh_from_db()
    assert alice.user.email == NEW


def test_an_address_that_is_none_or_the_same_is_refused(alice: Person, browser: Client) -> None:
    none = browser.post(ADDRESS_PAGE, {"do": "ask", "email": "alice"})
    assert none.status_code == 400
    assert "Enter an email address" in text(none)
    same = browser.post(ADDRESS_PAGE, {"do": "ask", "email": alice.email})
    assert same.status_code == 400
    assert "This is your address already." in text(same)


def test_whether_an_address_has_an_account_is_told_no_one(bob: Person, browser: Client, mailbox: MailReceiver) -> None:
    assert browser.post(ADDRESS_PAGE, {"do": "ask", "email": bob.email})["Location"] == ADDRESS_PAGE
    assert f"a code to {bob.email}" in text(browser.get(ADDRESS_PAGE))
    assert browser.post(ADDRESS_PAGE, {"do": "code", "code": "WRONG1"}).status_code == 400
    bob.user.refresh_from_db()
    assert bob.user.email == bob.email


def test_a_code_that_was_never_asked_for_is_no_code(browser: Client) -> None:
    answer = browser.post(ADDRESS_PAGE, {"do": "code", "code": "ABC123"})
    assert answer.status_code == 409
    assert "This step is over." in text(answer)


@pytest.mark.parametrize(
    ("page", "what"), [(PASSWORD_PAGE, {"do": "change"}), (ADDRESS_PAGE, {"do": "ask", "email": NEW})]
)
def test_who_has_not_shown_who_it_is_changes_nothing(alice: Person, page: str, what: dict[str, str]) -> None:
    client = signed_in(alice)
    again = f"/sign-in/again?next={page.replace('/', '%2F')}"
    assert client.get(page)["Location"] == again
    assert client.post(page, what)["Location"] == again


@pytest.mark.parametrize("page", [PASSWORD_PAGE, ADDRESS_PAGE])
def test_a_form_from_elsewhere_is_refused(alice: Person, page: str) -> None:
    assert signed_in(alice, enforce_csrf_checks=True).post(page, {"do": "change"}).status_code == 403


@pytest.mark.parametrize("page", [PASSWORD_PAGE, ADDRESS_PAGE])
def test_they_are_reached_from_the_account(browser: Client, page: str) -> None:
    assert f'href="{page}"' in text(browser.get("/account"))
    assert browser.post(page, {"do": "nothing"}).status_code == 404
