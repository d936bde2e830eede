"""The whole service, running, and phones for the cast."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.flow.person import Person
from tests.service import Service


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    """Nothing but a mail receiver at first: a test starts the processes that its story needs."""
    with Service() as running:
        yield running


@pytest.fixture
def person(service: Service) -> Iterator[Callable[[str], Person]]:
    """Someone of the cast, signed up: Alice keeps a diary, Bob helps her, Charlie must see nothing."""
    with ExitStack() as phones:
        yield lambda name: phones.enter_context(Person(name, service)).sign_up()
