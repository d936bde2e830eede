"""Servers that a test may kill, beside those that all tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

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


@pytest.fixture(autouse=True, scope="session")
def _tables_may_be_emptied() -> Iterator[None]:
    """Between tests that commit, Django truncates every table: also those that refuse it to everybody else."""
    sql_flush = DatabaseOperations.sql_flush
    guarded = ("diary_accessline", "diary_consentrecord")

    def with_guards_down(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        down = [f"ALTER TABLE {table} DISABLE TRIGGER never_truncated" for table in guarded]
        up = [f"ALTER TABLE {table} ENABLE TRIGGER never_truncated" for table in guarded]
        return [*down, *sql_flush(self, *args, **kwargs), *up]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", with_guards_down)
        yield
