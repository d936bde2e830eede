"""The provider that sends codes to telephones."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.alerts.channels.twilio_double import set_up
from tests.web_receiver import WebReceiver


@pytest.fixture
def provider(settings: Settings) -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        yield set_up(settings, running)
