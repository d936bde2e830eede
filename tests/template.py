"""The tables are made once a run: the databases of its parallel workers are copies of one."""

import os
import subprocess
import sys
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

from tests.roles import beside
from tests.servers import TEMPLATE
from tests.service import ROOT

_MAKING_IT: Final = 20_260_503
"""The lock of whoever makes it; any number does that nothing else locks on a server of tests."""
_PRIVILEGES: Final = """
    UPDATE pg_database SET datacl = made.datacl FROM pg_database made
    WHERE pg_database.datname = current_database() AND made.datname = %s
"""


def database_with_all_tables(owner: str) -> str:
    """Its name. Who comes first makes it as `owner`, whose URL this is, and the others wait meanwhile."""
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_MAKING_IT])
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(TEMPLATE)))
            there = f"{owner.rpartition('/')[0]}/{TEMPLATE}"
            environment = {**os.environ, "DATABASE_URL": there}
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    return TEMPLATE


def privileges_as_in_the_template() -> None:
    """On this process' database as a whole: the one thing of it that a copy does not take along."""
    with beside("administrator") as administrator:
        administrator.execute(_PRIVILEGES, [TEMPLATE])
