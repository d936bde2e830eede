"""Signing up, in and out in a browser: the steps of the identity API, with its turns, limits and silences."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from diary.identity.provisioning import register
from diary.identity.sessions import token_digest
from diary.models import Session, User
from diary.reaching.languages import language_of
from tests.receiver import MailReceiver

PASSWORD = "correct horse battery staple"
OTHER = "an entirely different secret"


class Browser:
    """A browser that keeps cookies and sends forms with the token that each page gives it."""

    def __init__(self, mailbox: MailReceiver) -> None:
        self.mailbox = mailbox
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str) -> HttpResponse:
        return self.client.get(path)  # type: ignore[return-value]

    def send(self, path: str, **fields: str) -> HttpResponse:
        """Fill in the form of a page, and send it."""
        page = self.get(path).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None, page
        return self.client.post(path, {**fields, "csrfmiddlewaretoken": token[1]})  # type: ignore[return-value]

    @property
    def token(self) -> str:
        """What its cookie holds, empty for none."""
        morsel = self.client.cookies.get(project.SESSION_COOKIE_NAME)
        return morsel.value if morsel else ""

    def is_signed_in(self) -> bool:
        return self.get("/account").status_code == 200

    def sign_up(self, email: str, **more: str) -> HttpResponse:
        return self.send("/sign-up", email=email, password=PASSWORD, name="Alice", **more)

    def sign_in(self, email: str, password: str = PASSWORD) -> HttpResponse:
        return self.send("/sign-in", email=email, password=password)


@pytest.fixture
def browser(db: None, mailbox: MailReceiver) -> Browser:
    return Browser(mailbox)


@pytest.fixture
def alice(db: None) -> User:
    return register(email="alice@example.org", password=PASSWORD, name="Alice", now=timezone.now())


def where(answer: HttpResponse) -> str:
    """Where a browser is sent."""
    assert answer.status_code == 303, answer.content
    return urlsplit(answer["Location"]).path


def test_someone_signs_up_with_a_code(browser: Browser) -> None:
    assert where(browser.sign_up("alice@example.org")) == "/sign-up/code"
    assert not User.objects.exists()
    pending = browser.token
    assert not browser.is_signed_in()
    assert where(browser.send("/sign-up/code", code=browser.mailbox.code_for("alice@example.org"))) == "/"
    assert browser.is_signed_in()
    assert browser.token != pending
    user = User.objects.get()
    assert user.name == "Alice"
    assert not Session.objects.filter(pk=token_digest(pending)).exists()


def test_who_never_said_a_language_is_spoken_to_like_the_pages_they_signed_up_on(browser: Browser) -> None:
    browser.client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "de-AT,de;q=0.8"})
    browser.sign_up("alice@example.org")
    browser.send("/sign-up/code", code=browser.mailbox.code_for("alice@example.org"))
    assert language_of(user_id=User.objects.get().pk) == "de"


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("password", "short", "at least 10 characters"),
        ("password", "password123", "easy to guess"),
        ("email", "no address", "Enter an email address"),
        ("name", "see bank.example", "Use a plain name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(browser: Browser, field: str, given: str, said: str) -> None:
    fields = {"email": "alice@example.org", "password": PASSWORD, "name": "", field: given}
    answer = browser.send("/sign-up", **fields)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert f'id="{field}" name="{field}"' in page
    assert 'aria-invalid="true"' in page


def test_a_known_address_gets_the_same_answer_and_another_mail(browser: Browser, alice: User) -> None:
    assert where(browser.sign_up("alice@example.org")) == "/sign-up/code"
    assert "already has an account" in browser.mailbox.wait_for("alice@example.org").text


def test_three_wrong_codes_end_the_sign_up(browser: Browser) -> None:
    browser.sign_up("alice@example.org")
    statuses = [browser.send("/sign-up/code", code="WRONG-CODE").status_code for _ in range(4)]
    assert statuses[0] == 400
    assert statuses[-1] == 409
    answer = browser.send("/sign-up/code", code=browser.mailbox.code_for("alice@example.org"))
    assert answer.status_code == 409
    assert "This step is over" in answer.content.decode()
    assert not User.objects.exists()


def test_someone_signs_in_and_goes_where_they_were_going(browser: Browser, alice: User) -> None:
    answer = browser.send("/sign-in", email="alice@example.org", password=PASSWORD, next="/caring")
    assert where(answer) == "/caring"
    cookie = browser.client.cookies[project.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert Session.objects.get(pk=token_digest(browser.token)).user == alice


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(browser: Browser, alice: User, email: str) -> None:
    answer = browser.sign_in(email, OTHER)
    assert answer.status_code == 400
    assert "The email address or the password is wrong." in answer.content.decode()
    assert not browser.is_signed_in()


def test_a_session_that_someone_planted_is_worth_nothing_after_the_sign_in(browser: Browser, alice: User) -> None:
    browser.sign_up("mallory@example.org")
    planted = browser.token
    browser.sign_in("alice@example.org")
    assert browser.token != planted
    thief = Client()
    thief.cookies[project.SESSION_COOKIE_NAME] = planted
    assert thief.get("/account").status_code == 303


def test_a_second_factor_is_asked_for(browser: Browser, alice: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    assert where(browser.sign_in("alice@example.org")) == "/sign-in/code"
    assert not browser.is_signed_in()
    wrong = browser.send("/sign-in/code", code="000000")
    assert wrong.status_code == 400
    assert "This code is wrong." in wrong.content.decode()
    counter = list(yield_hotp_counters_from_time())[1]
    shown = format_hotp_value(hotp_value(secret, counter))
    assert where(browser.send("/sign-in/code", code=f"{shown[:3]} {shown[3:]}")) == "/"
    assert browser.is_signed_in()


def test_a_forgotten_password_is_replaced_by_a_code_and_every_device_signed_out(browser: Browser, alice: User) -> None:
    phone = Browser(browser.mailbox)
    phone.sign_in("alice@example.org")
    assert where(browser.send("/password/forgotten", email="alice@example.org")) == "/password/new"
    code = browser.mailbox.code_for("alice@example.org")
    assert browser.send("/password/new", code=code, password="short").status_code == 400
    assert where(browser.send("/password/new", code=code, password=OTHER)) == "/"
    assert browser.is_signed_in()
    assert not phone.is_signed_in()


def test_the_reset_of_an_unknown_address_looks_like_any_other(browser: Browser) -> None:
    assert where(browser.send("/password/forgotten", email="nobody@example.org")) == "/password/new"
    assert browser.send("/password/new", code="WRONG-CODE", password=OTHER).status_code == 400


def test_signing_out_ends_the_session_and_empties_what_the_browser_kept(browser: Browser, alice: User) -> None:
    browser.sign_in("alice@example.org")
    token = browser.token
    page = browser.get("/account").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None
    answer = browser.client.post("/sign-out", {"csrfmiddlewaretoken": found[1]})
    assert where(answer) == "/"  # type: ignore[arg-type]
    assert answer["Clear-Site-Data"] == '"cache"'
    assert not browser.token
    assert not Session.objects.filter(pk=token_digest(token)).exists()


def test_browsers_are_listed_beside_devices_and_ended_one_by_one(browser: Browser, alice: User) -> None:
    phone = Browser(browser.mailbox)
    phone.sign_in("alice@example.org")
    browser.sign_in("alice@example.org")
    page = browser.get("/account").content.decode()
    assert page.count("this browser") == 1
    other = re.findall(r'name="session" value="([0-9a-f-]+)"', page)
    assert other == [str(Session.objects.get(pk=token_digest(phone.token)).id)]
    assert where(browser.send("/account", session=other[0])) == "/account"
    assert not phone.is_signed_in()
    assert browser.is_signed_in()
    assert where(browser.send("/account")) == "/"
    assert not Session.objects.exists()


def test_a_cookie_of_a_session_that_ended_is_no_obstacle(browser: Browser, alice: User) -> None:
    browser.sign_in("alice@example.org")
    Session.objects.all().delete()
    assert where(browser.sign_in("alice@example.org")) == "/"
    assert browser.is_signed_in()
