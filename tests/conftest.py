"""Servers that a test may kill, beside those that all tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from pytest_django.plugin import DjangoDbBlocker

from backend.embedded.postgresql import PostgreSQL
from backend.embedded.valkey import Valkey
from tests.service import Service


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


@pytest.fixture(scope="session")
def _api_process(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Service]:
    with django_db_blocker.unblock(), Service() as service:
        yield service.start_api()


@pytest.fixture
def api(_api_process: Service, transactional_db: None) -> Service:
    """The API as a process of its own, which the tests of one pytest worker share; each test begins without data."""
    return _api_process


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
