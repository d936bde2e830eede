"""Alice keeps a diary and Bob helps her; Sue and Stan work for support. What they do is committed."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.cast import Person
from tests.receiver import MailReceiver
from tests.support.staffing import become_staff, show_factor


@pytest.fixture(autouse=True)
def _pages_are_on(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.support.urls"


@pytest.fixture
def alice(transactional_db: None) -> Person:
    return Person("Alice")


@pytest.fixture
def bob(alice: Person) -> Person:
    bob = Person("Bob")
    bob.cares_for(alice, "log")
    return bob


@pytest.fixture
def sue(transactional_db: None) -> Person:
    """Staff, with a second factor that was shown just now."""
    return show_factor(become_staff(Person("Sue")))


@pytest.fixture
def stan(transactional_db: None) -> Person:
    """Staff without a second factor."""
    return become_staff(Person("Stan"), factor=False)


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[MailReceiver]:
    """A real SMTP server, which this process' mail goes to."""
    with MailReceiver() as receiver:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(receiver.url.rpartition(":")[2])
        yield receiver
