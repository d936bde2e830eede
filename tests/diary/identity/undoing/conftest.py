"""Alice, and someone who knows her password."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from diary.identity.provisioning import register
from diary.models import User
from tests.diary.identity.app import PASSWORD, App
from tests.diary.identity.taking_over import ALICE, SUPPORT
from tests.receiver import MailReceiver


@pytest.fixture(autouse=True)
def _support(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = SUPPORT


@pytest.fixture
def alice() -> User:
    return register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))


@pytest.fixture
def phone(alice: User, mailbox: MailReceiver) -> App:
    """In Alice's hand."""
    device = App(mailbox)
    device.sign_in(ALICE)
    return device


@pytest.fixture
def thief(alice: User, mailbox: MailReceiver) -> App:
    """Knows Alice's password, and has just given it once more."""
    device = App(mailbox, network="203.0.113.66")
    device.sign_in(ALICE)
    device.ask_again()
    return device
