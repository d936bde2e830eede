"""The roles of the database are made on a server of any past, and as often as wanted."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from backend.local.embedded.postgresql import PostgreSQL
from backend.roles import RolesError, derived, make_roles, roles_beside
from tests.roles import migrated
from tests.service import ROOT

pytestmark = pytest.mark.timeout(240)

OWNERS = """
    SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION SELECT DISTINCT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
JOINED = "SELECT count(*) FROM diary_user"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """One that no one prepared; every test has a database of its own there."""
    with PostgreSQL(tmp_path_factory.mktemp("roles") / "postgresql") as server:
        yield server


@pytest.fixture
def administrator(server: PostgreSQL) -> Iterator[str]:
    """Where the superuser connects to an empty database."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
        yield server.url.removesuffix("postgres") + "fresh"
        connection.execute("DROP DATABASE fresh WITH (FORCE)")


def manage(url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.nightly
def test_an_installation_that_ran_as_a_superuser_is_handed_over(administrator: str) -> None:
    assert manage(administrator, "migrate", "--verbosity", "0").returncode == 0
    with psycopg.connect(administrator, autocommit=True) as connection:
        assert connection.execute(OWNERS).fetchall() == [("postgres",)]
        urls = roles_beside(administrator)
        assert connection.execute(OWNERS).fetchall() == [("diary_owner",)]
    assert manage(urls.owner, "migrate", "--verbosity", "0").returncode == 0
    assert manage(urls.service, "migrate", "--check").returncode == 0
    with psycopg.connect(urls.service, autocommit=True) as service:
        assert service.execute(JOINED).fetchone() == (0,)
        with pytest.raises(InsufficientPrivilege):
            service.execute("ALTER TABLE diary_user ADD COLUMN mine int")


@pytest.mark.nightly
def test_a_service_that_owned_its_tables_goes_on_until_it_is_stopped(server: PostgreSQL, administrator: str) -> None:
    roles_beside(administrator)
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute("CREATE ROLE before LOGIN PASSWORD 'before'")
        connection.execute("ALTER DATABASE fresh OWNER TO before")
    before = f"postgres://before:before@127.0.0.1:{server.port}/fresh"
    assert manage(before, "migrate", "--verbosity", "0").returncode == 0
    with psycopg.connect(before, autocommit=True) as running:
        roles_beside(administrator)
        running.execute("INSERT INTO auth_group (name) VALUES ('kept')")
        running.execute("SELECT diary_is_forgotten(gen_random_uuid())")


@pytest.mark.nightly
def test_a_login_that_makes_roles_need_not_be_a_superuser(server: PostgreSQL, administrator: str) -> None:
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute("CREATE ROLE manager LOGIN PASSWORD 'managed' CREATEROLE CREATEDB")
        connection.execute("ALTER DATABASE fresh OWNER TO manager")
        roles = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'diary_owner'").fetchone()
        if roles:  # another test made them as the superuser: as a provider does who set the server up
            connection.execute("GRANT diary_owner, diary_service, diary_reader TO manager WITH ADMIN OPTION")
    manager = f"postgres://manager:managed@127.0.0.1:{server.port}/fresh"
    assert migrated(manager).startswith("postgres://diary_service:")


def test_it_may_be_done_again_and_changes_the_passwords(administrator: str) -> None:
    first = make_roles(administrator, owner_password="one", service_password="one")
    again = make_roles(administrator, owner_password="t:w/o@ %", service_password="t:w/o@ %")
    for url in (again.owner, again.service):
        with psycopg.connect(url) as connection:
            assert connection.info.user in url
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(first.service)


def test_the_service_has_the_plans_of_its_prepared_statements_made_once(administrator: str) -> None:
    urls = make_roles(administrator, owner_password="one", service_password="one")
    with psycopg.connect(urls.service) as service, psycopg.connect(urls.owner) as owner:
        shown = [one.execute("SHOW plan_cache_mode").fetchone() for one in (service, owner)]
    assert shown == [("force_generic_plan",), ("auto",)]


def test_passwords_are_in_no_log(server: PostgreSQL, administrator: str) -> None:
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute("ALTER DATABASE fresh SET log_statement = 'all'")
    make_roles(administrator, owner_password="canary-owner", service_password="canary-service")
    logged = server.log.read_text()
    assert "ALTER ROLE" in logged
    assert "canary" not in logged


def test_who_may_make_no_roles_does_for_both(administrator: str) -> None:
    urls = roles_beside(administrator)
    assert roles_beside(urls.service).owner == urls.service


def test_the_passwords_of_one_machine_are_derived_and_differ() -> None:
    of_one = {derived(f"postgres://postgres:{secret}@127.0.0.1/x", role) for secret in "ab" for role in "cd"}
    assert len(of_one) == 4


def test_a_migration_says_what_to_do_where_the_roles_cannot_be_made(tmp_path: Path) -> None:
    with PostgreSQL(tmp_path / "postgresql") as bare:
        with psycopg.connect(bare.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
            connection.execute("CREATE DATABASE plain OWNER plain")
        done = manage(f"postgres://plain:plain@127.0.0.1:{bare.port}/plain", "migrate", "--verbosity", "0")
    assert "there is no role diary_owner" in done.stderr
    assert "manage.py database_roles" in done.stderr


def test_the_command_makes_them(administrator: str) -> None:
    passwords = {"DATABASE_OWNER_PASSWORD": "of-the-owner", "DATABASE_SERVICE_PASSWORD": "of-the-service"}
    assert manage(administrator, "database_roles", **passwords).stdout.startswith("diary_owner, diary_service")
    _, _, host = administrator.rpartition("@")
    with psycopg.connect(f"postgres://diary_service:of-the-service@{host}") as connection:
        assert connection.info.user == "diary_service"


def test_the_command_says_what_is_missing_and_what_failed(administrator: str) -> None:
    missing = manage(administrator, "database_roles", DATABASE_OWNER_PASSWORD="one", DATABASE_SERVICE_PASSWORD="")
    assert "Set DATABASE_SERVICE_PASSWORD." in missing.stderr
    nobody = "postgres://postgres:wrong@127.0.0.1:1/x"
    failed = manage(nobody, "database_roles", DATABASE_OWNER_PASSWORD="one", DATABASE_SERVICE_PASSWORD="one")
    assert "could not be made" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_database_that_does_not_answer_is_said(administrator: str) -> None:
    with pytest.raises(RolesError, match="does not answer"):
        roles_beside("postgres://postgres:wrong@127.0.0.1:1/x")
