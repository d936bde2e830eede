"""Servers that a test may kill, beside those that all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.embedded.postgresql import PostgreSQL
from backend.embedded.valkey import Valkey


@pytest.fixture
def own_postgresql(tmp_path: Path) -> Iterator[PostgreSQL]:
    """A PostgreSQL of this test's own: `kill()` it, `start()` it again, its URL stays."""
    with PostgreSQL(tmp_path / "postgresql") as server:
        yield server


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of this test's own: `kill()` it, `start()` it again, its URL stays."""
    with Valkey(tmp_path / "valkey") as server:
        yield server
