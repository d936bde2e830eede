"""The servers that tests run against, started before Django reads its settings.

A pytest plugin (`-p tests.servers`, see pyproject.toml): the first process of a run starts PostgreSQL and Valkey
in a directory of the run's own, its pytest-xdist workers inherit them, and their end is the run's end. Where
`DATABASE_URL` or `REDIS_URL` is given, that server is used instead; it must be one for tests.

`python -m tests.servers -- COMMAND` runs any command beside such servers.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest

from backend.local.embedded.directory import DirectoryInUseError, claimed
from backend.local.embedded.postgresql import PostgreSQL
from backend.local.embedded.server import Server
from backend.local.embedded.valkey import Valkey
from backend.roles import roles_beside

KEPT_UNDER: Final = Path(__file__).resolve().parents[1] / ".local-test"
TEMPLATE: Final = "test_template"
"""The database whose copies the parallel workers use, see tests/template.py."""
_running: Final = ExitStack()


@contextmanager
def servers_of_a_run() -> Iterator[dict[str, str]]:
    """Start what the environment does not name; gives the environment that leads there."""
    environment = {
        "DEPLOYMENT": "test",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "NOTE_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    with ExitStack() as stack:
        missing = {"DATABASE_URL": PostgreSQL, "REDIS_URL": Valkey}
        missing = {variable: kind for variable, kind in missing.items() if not os.environ.get(variable)}
        if missing:
            directory = stack.enter_context(run_directory())
            environment["DATA_DIR"] = str(directory)
            # Every pytest closes the directory that all share to other accounts, PostgreSQL's among them.
            environment["PYTEST_DEBUG_TEMPROOT"] = str(directory)
        for variable, kind in missing.items():
            server: Server = stack.enter_context(kind(directory / kind.executable))
            environment[variable] = server.url
        _make_roles(environment.get("DATABASE_URL") or os.environ["DATABASE_URL"])
        yield environment


def _make_roles(administrator: str) -> None:
    """Once for all databases of the server; here the owner makes and removes them too."""
    roles_beside(administrator)
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute("ALTER ROLE diary_owner CREATEDB")
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")  # of an earlier run


@contextmanager
def run_directory() -> Iterator[Path]:
    """A directory for one run, removed at its end; those of runs that were killed are removed now."""
    KEPT_UNDER.mkdir(mode=0o700, exist_ok=True)
    for left in KEPT_UNDER.glob("run-*"):
        _remove_if_abandoned(left)
    directory = Path(tempfile.mkdtemp(prefix="run-", dir=KEPT_UNDER))
    with claimed(directory):
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def _remove_if_abandoned(directory: Path) -> None:
    try:
        with claimed(directory):
            for kind in (PostgreSQL, Valkey):
                kind(directory / kind.executable).stop_orphan()
            shutil.rmtree(directory, ignore_errors=True)
    except (DirectoryInUseError, FileNotFoundError):
        return


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Before pytest-django loads the settings: have servers, and a Redis database for each parallel worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        server, _, _ = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{int(worker.removeprefix('gw')) + 1}"
    else:
        os.environ.update(_running.enter_context(servers_of_a_run()))
    return (yield)


def pytest_unconfigure() -> None:
    """The run is over: what was started here stops here."""
    _running.close()


def main() -> int:
    """Run the command after `--` with the servers in its environment; gives its exit code."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    with servers_of_a_run() as environment:
        return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
