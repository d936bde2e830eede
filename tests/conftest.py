"""Servers that a test may kill, beside those that all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.color import Style
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from backend.local.embedded.postgresql import PostgreSQL
from backend.local.embedded.valkey import Valkey
from tests.roles import beside, connect_as
from tests.service import Service, database_url
from tests.template import database_with_all_tables, privileges_as_in_the_template

# How long examples take to make says how busy the machine is; one second without a turn is no fault of a test's.
settings.register_profile("busy", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

PARALLEL = "PYTEST_XDIST_WORKER" in os.environ


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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The database of the tests is made by the owner of its tables."""
    connect_as("owner")
    if PARALLEL:
        connection.settings_dict["TEST"]["TEMPLATE"] = database_with_all_tables(database_url())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is under test connects as the service, until the owner removes the database."""
    with django_db_blocker.unblock():
        if PARALLEL:
            privileges_as_in_the_template()
        connect_as("service")
        yield
        connect_as("owner")


@pytest.fixture(scope="module")
def as_owner(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For tests of migrations: their module connects as the owner of the tables."""
    with django_db_blocker.unblock():
        connect_as("owner")
        yield
        connect_as("service")


@pytest.fixture(autouse=True, scope="session")
def _tables_may_be_emptied() -> Iterator[None]:
    """Between tests that commit, Django truncates every table. Only the owner can, with the guards down.

    What the models themselves fill after migrations stays, instead of being thrown away and made again.
    """
    guarded = ("diary_accessline", "diary_consentrecord", "diary_supportline")
    truncate = DatabaseOperations.sql_flush

    def but_for_what_models_fill(self: DatabaseOperations, style: Style, tables: list[str], **how: bool) -> list[str]:
        emptied = [table for table in tables if table not in ("django_content_type", "auth_permission")]
        return truncate(self, style, emptied, **how)

    def by_the_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
        down = [f"ALTER TABLE {table} DISABLE TRIGGER never_truncated" for table in guarded]
        up = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never_truncated" for table in guarded]
        with beside("owner") as owner, owner.transaction():
            for statement in [*down, *sql_list, *up]:
                owner.execute(statement.encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", but_for_what_models_fill)
        patch.setattr(DatabaseOperations, "execute_sql_flush", by_the_owner)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield
