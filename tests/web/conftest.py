"""The cast, each with an account and a phone, and their mail."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django import Settings

from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.browsing import PHONE, SMALL, chromium
from tests.web.settled import settled


@pytest.fixture
def alice(db: None) -> Person:
    """Keeps a diary, and has begun it."""
    return settled(Person("Alice"))


@pytest.fixture
def bob(db: None) -> Person:
    """Cares for Alice, once she has let him."""
    return Person("Bob")


@pytest.fixture
def charlie(db: None) -> Person:
    """A stranger, who must see nothing."""
    return Person("Charlie")


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[MailReceiver]:
    """A real SMTP server, which this process' mail goes to."""
    with MailReceiver() as receiver:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(receiver.url.rpartition(":")[2])
        yield receiver


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone whose browser runs no script."""
    context = browser.new_context(**PHONE, java_script_enabled=False)
    yield context
    context.close()


@pytest.fixture
def small(browser: Browser) -> Iterator[BrowserContext]:
    """The smallest window there is, with the script that the judge of pages needs and without ours."""
    context = browser.new_context(**SMALL, bypass_csp=True)
    context.route("**/pages/offline.js", lambda route: route.abort())
    yield context
    context.close()
