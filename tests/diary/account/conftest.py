"""A mailbox that codes really arrive in."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.cast import Person
from tests.receiver import MailReceiver

PASSWORD = "correct horse battery staple"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[MailReceiver]:
    """A real SMTP server that Django's real backend sends to."""
    with MailReceiver() as receiver:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = int(receiver.url.rpartition(":")[2])
        yield receiver


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """The rate limits start again."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def alice(alice: Person) -> Person:
    """Alice knows her password; her phone stays signed in."""
    alice.user.set_password(PASSWORD)
    alice.user.credentials_epoch -= 1
    alice.user.save()
    return alice
