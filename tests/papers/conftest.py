"""The cast, each with an account and a phone."""

import pytest

from tests.cast import Person


@pytest.fixture
def alice(db: None) -> Person:
    """Keeps a diary."""
    return Person("Alice")


@pytest.fixture
def bob(db: None) -> Person:
    """Cares for Alice, once she has let him."""
    return Person("Bob")


@pytest.fixture
def charlie(db: None) -> Person:
    """A stranger, who must see nothing."""
    return Person("Charlie")
