"""The database's roles: who owns the tables, who serves requests, and who only reads (`docs/operating.md`).

`diary_owner` migrates and owns everything; `diary_service` is what API and workers connect as, and owns nothing, so
what the database refuses cannot be switched off by whoever gets hold of the service; `diary_reader` is for reports and
backups. What each may do with which table is said by migrations. This module does what takes an administrator.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

OWNER: Final = "diary_owner"
SERVICE: Final = "diary_service"
READER: Final = "diary_reader"
_LOCK: Final = 0x64696172  # two administrators at once would change the same rows of the catalogue
_PATIENCE: Final = "5s"
"""For a table that someone uses: the change of its owner must not hold up everyone behind it."""

_GENERIC_PLANS: Final = "ALTER ROLE diary_service SET plan_cache_mode = force_generic_plan"
"""The statements of the hot paths name a patient and some days, so their plan is the same whatever is asked; left to
itself PostgreSQL makes the plan of two of them anew for half of the writes, a tenth of what a write costs it. Here, and
not in the connection's options, since a pooler in transaction mode would not pass those on."""

_MADE: Final = "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = %s"
_UNPRIVILEGED: Final = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
_FORMER_OWNERS: Final = """
    SELECT DISTINCT format('GRANT diary_owner TO %I', rolname)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
    WHERE relnamespace = 'public'::regnamespace AND NOT rolsuper AND rolname <> 'diary_owner'
"""
_BY_DEFAULT: Final = "ALTER DEFAULT PRIVILEGES FOR ROLE diary_owner IN SCHEMA public GRANT"
_FOREIGN: Final = """
    SELECT format('ALTER %s %s OWNER TO diary_owner',
                  CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                               ELSE 'TABLE' END, c.oid::regclass)
    FROM pg_catalog.pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      AND relowner <> 'diary_owner'::regrole
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e')
                      AND d.classid = 'pg_catalog.pg_class'::regclass)
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO diary_owner', p.oid::regprocedure)
    FROM pg_catalog.pg_proc p
    WHERE pronamespace = 'public'::regnamespace AND proowner <> 'diary_owner'::regrole
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'
                      AND d.classid = 'pg_catalog.pg_proc'::regclass)
"""


class RolesError(Exception):
    """The roles could not be made; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the owner and the service connect."""

    owner: str
    service: str


def make_roles(administrator: str, *, owner_password: str, service_password: str) -> Urls:
    """Make the three roles, or bring them up to date, and hand everything in `public` over to the owner.

    `administrator` is the URL of a superuser, or of a role that may create roles and owns the database. Safe when run
    again, and while the service runs. Raises RolesError.
    """
    try:
        with psycopg.connect(administrator, autocommit=True, connect_timeout=5) as connection:
            _make_roles(connection, {OWNER: owner_password, SERVICE: service_password})
            _hand_over(connection)
    except psycopg.Error as error:
        raise RolesError(f"the roles of the database could not be made: {str(error).strip()}") from error
    return Urls(_as(administrator, OWNER, owner_password), _as(administrator, SERVICE, service_password))


def roles_beside(given: str) -> Urls:
    """For an installation on one machine: the same with passwords derived from that of `given`, if it may make roles.

    Otherwise whoever is given has to do for both. Raises RolesError.
    """
    try:
        with psycopg.connect(given, connect_timeout=5) as connection:
            may = "SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user"
            found = connection.execute(may).fetchone()
    except psycopg.Error as error:
        raise RolesError(f"the database does not answer: {str(error).strip()}") from error
    if found is None or not found[0]:
        return Urls(given, given)
    return make_roles(given, owner_password=derived(given, OWNER), service_password=derived(given, SERVICE))


def derived(administrator: str, role: str) -> str:
    """A password for `role` that leads nowhere, kept nowhere: it is known to whoever knows the administrator's."""
    secret = urlsplit(administrator).password or ""
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


def _make_roles(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for role in (OWNER, SERVICE, READER):
            name = sql.Identifier(role)
            if connection.execute(_MADE, [role]).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} " + _UNPRIVILEGED).format(name))
            if role in passwords:
                # Hashed here, so that no log of the server's can hold it.
                hashed = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
                login = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(hashed.decode()))
                connection.execute(login)
        connection.execute(_GENERIC_PLANS)


def _hand_over(connection: psycopg.Connection) -> None:
    database = sql.Identifier(connection.info.dbname)
    superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if superuser != (True,):
        connection.execute("GRANT diary_owner TO CURRENT_USER")  # only who is a member may give it things
    connection.execute(f"SET lock_timeout = '{_PATIENCE}'")
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO diary_owner").format(database))
    connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))
    for statement in (
        "GRANT CREATE, USAGE ON SCHEMA public TO diary_owner",
        "GRANT USAGE ON SCHEMA public TO diary_service, diary_reader",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        # What they may do with tables that the owner makes from now on, unless a migration says less.
        f"{_BY_DEFAULT} SELECT, INSERT, UPDATE, DELETE ON TABLES TO diary_service",
        f"{_BY_DEFAULT} SELECT ON TABLES TO diary_reader",
        f"{_BY_DEFAULT} SELECT ON SEQUENCES TO diary_reader",
        # Whoever ran the release before goes on until it is stopped: docs/operating.md says to end that then.
        *(statement for (statement,) in connection.execute(_FORMER_OWNERS).fetchall()),
        *(statement for (statement,) in connection.execute(_FOREIGN).fetchall()),
    ):
        connection.execute(statement)


def _as(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    _, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{role}:{quote(password, safe='')}@{host}").geturl()
