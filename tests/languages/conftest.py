"""Alice keeps a diary, Bob helps her."""

import pytest

from tests.cast import Person


@pytest.fixture
def alice(db: None) -> Person:
    return Person("Alice")


@pytest.fixture
def bob(db: None) -> Person:
    return Person("Bob")
