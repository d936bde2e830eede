"""Tests run as the service does: the database is made by its owner, and what is under test connects as the service.

So a missing GRANT is a failing test. What only the owner or the administrator may do, a test says by name.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import psycopg
from django.conf import settings
from django.db import connection

from backend.roles import OWNER, SERVICE, Urls, derived, make_roles
from tests.service import ROOT, database_url

Role = Literal["administrator", "owner", "service"]
_GIVEN: Final = dict(settings.DATABASES["default"])
_ADMINISTRATOR: Final = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(_GIVEN)
_LOGINS: Final[dict[Role, tuple[str, str]]] = {
    "administrator": (_GIVEN["USER"], _GIVEN["PASSWORD"]),
    "owner": (OWNER, derived(_ADMINISTRATOR, OWNER)),
    "service": (SERVICE, derived(_ADMINISTRATOR, SERVICE)),
}


def connect_as(role: Role) -> None:
    """From now on this process' own connections are the role's."""
    connection.close()
    connection.settings_dict["USER"], connection.settings_dict["PASSWORD"] = _LOGINS[role]


@contextmanager
def connected_as(role: Role) -> Iterator[None]:
    """For a while; in a test that commits, since another connection does not see what was not committed."""
    before = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    connect_as(role)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"], connection.settings_dict["PASSWORD"] = before


@contextmanager
def beside(role: Role) -> Iterator[psycopg.Connection]:
    """A second connection to this process' own database, committing each statement."""
    user, password = _LOGINS[role]
    with psycopg.connect(database_url(), user=user, password=password, autocommit=True) as second:
        yield second


def roles_on(administrator: str) -> Urls:
    """The roles on a server of a test's own."""
    owner, service = (derived(administrator, role) for role in (OWNER, SERVICE))
    return make_roles(administrator, owner_password=owner, service_password=service)


def migrated(administrator: str) -> str:
    """The same, with the tables; gives where the service connects."""
    urls = roles_on(administrator)
    environment = {**os.environ, "DATABASE_URL": urls.owner}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    return urls.service
