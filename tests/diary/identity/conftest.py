"""A mailbox that mails really arrive in, and devices beside it."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.diary.identity.app import App
from tests.receiver import MailReceiver


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
def app(db: None, mailbox: MailReceiver) -> Callable[[], App]:
    """A device, signed in to nothing."""
    return lambda: App(mailbox)


@pytest.fixture
def signed_in(app: Callable[[], App]) -> Callable[[str], App]:
    """A device of someone who has signed up and confirmed the address."""

    def arrive(email: str) -> App:
        device = app()
        device.sign_up(email)
        assert device.confirm(email).status == 200
        return device

    return arrive
