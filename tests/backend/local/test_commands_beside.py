"""Management commands find the servers of `make run` from any shell, or say in one line what to do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.local.embedded.directory import claimed
from tests.service import database_url

NEEDS_THE_DATABASE = ("migrate", "--check")


def manage(tree: Path, *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` as typed in a shell that knows nothing but what is given."""
    return subprocess.run(
        [sys.executable, str(tree / "manage.py"), *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def service(tree: Path, data_dir: Path, *, database: str, noted: bool = True) -> Iterator[Path]:
    """What a `make run` of this tree with this data directory leaves for others to find, while it runs."""
    notes = tree / ".local" / "running"
    notes.mkdir(parents=True, exist_ok=True)
    with claimed(data_dir):
        (data_dir / "running.env").write_text(f"DATABASE_URL='{database}'\nREDIS_URL='redis://127.0.0.1:1/0'\n")
        if noted:
            (notes / str(len(list(notes.iterdir())))).write_text(str(data_dir))
        yield data_dir


def said(done: subprocess.CompletedProcess[str]) -> str:
    """The one line with which a command failed."""
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line.removeprefix("manage.py: ")


@pytest.mark.django_db
def test_they_find_the_only_service_from_any_directory(tree: Path, tmp_path: Path) -> None:
    with service(tree, tmp_path / "its data", database=database_url()):
        for directory in (tree, tmp_path, Path("/")):
            done = manage(tree, *NEEDS_THE_DATABASE, cwd=directory)
            assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_they_find_the_one_in_the_usual_place_without_a_note(tree: Path, tmp_path: Path) -> None:
    with service(tree, tree / ".local", database=database_url(), noted=False):
        assert manage(tree, *NEEDS_THE_DATABASE, cwd=tmp_path).returncode == 0


@pytest.mark.django_db
def test_they_find_the_service_of_the_data_directory_that_is_named(tree: Path, tmp_path: Path) -> None:
    with (
        service(tree, tmp_path / "one", database="postgres://127.0.0.1:1/none"),
        service(tree, tmp_path / "other", database=database_url(), noted=False),
    ):
        assert manage(tree, *NEEDS_THE_DATABASE, cwd=tree, DATA_DIR=str(tmp_path / "other")).returncode == 0
        assert manage(tree, *NEEDS_THE_DATABASE, cwd=tmp_path, DATA_DIR="other").returncode == 0


def test_they_work_with_the_keys_of_the_service_they_find(tree: Path, tmp_path: Path) -> None:
    with service(tree, tmp_path / "data", database="postgres://127.0.0.1:1/none") as data_dir:
        (data_dir / "secret_key").write_text("the key of this installation")
        code = "from django.conf import settings; print(settings.SECRET_KEY)"
        shown = manage(tree, "shell", "--no-imports", "--command", code, cwd=tmp_path).stdout
    assert shown == "the key of this installation\n"


def test_without_servers_they_say_what_to_do(tree: Path, tmp_path: Path) -> None:
    to_do = "start them with `make run`, or set DATABASE_URL and REDIS_URL"
    assert said(manage(tree, *NEEDS_THE_DATABASE, cwd=tmp_path)) == f"no servers are running: {to_do}"
    assert said(manage(tree, "alerts", "audit", cwd=tree)) == f"no servers are running: {to_do}"
    assert said(manage(tree, "runserver", cwd=tree)) == f"no servers are running: {to_do}"
    nowhere = tmp_path / "nowhere"
    assert (
        said(manage(tree, "alerts", "audit", cwd=tree, DATA_DIR=str(nowhere)))
        == f"nothing is running in {nowhere}: {to_do}"
    )


def test_a_run_that_was_killed_is_not_taken_for_one_that_runs(tree: Path, tmp_path: Path) -> None:
    with service(tree, tmp_path / "data", database="postgres://127.0.0.1:1/none"):
        pass
    assert said(manage(tree, "alerts", "audit", cwd=tree)).startswith("no servers are running: ")


def test_of_several_services_they_ask_for_one(tree: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "a path with spaces", tmp_path / "other"
    with (
        service(tree, one, database="postgres://127.0.0.1:1/none"),
        service(tree, other, database="postgres://127.0.0.1:1/none"),
    ):
        line = said(manage(tree, "alerts", "audit", cwd=tree))
    assert line == f"services are running in {one} and {other}: choose one, as in DATA_DIR='{one}'"


def test_while_it_starts_they_say_so(tree: Path, tmp_path: Path) -> None:
    with service(tree, tmp_path / "data", database="postgres://127.0.0.1:1/none") as data_dir:
        (data_dir / "running.env").unlink()
        assert "are still starting: try again" in said(manage(tree, "alerts", "audit", cwd=tree))


def test_of_a_database_that_does_not_answer_they_say_where_it_should(tree: Path, tmp_path: Path) -> None:
    away = "postgres://diary@127.0.0.1:2/diary"
    line = said(manage(tree, "alerts", "audit", cwd=tree, DATABASE_URL=away))
    assert line.startswith("the database is not reachable: ")
    assert "127.0.0.1" in line
    assert "port 2" in line


@pytest.mark.django_db
def test_what_a_database_says_itself_is_shown_whole(tree: Path) -> None:
    """A connection is there: the traceback says more than one line can."""
    done = manage(tree, "shell", "--no-imports", "--command", CANCELLED, cwd=tree, DATABASE_URL=database_url())
    assert "Traceback" in done.stderr
    assert "statement timeout" in done.stderr


CANCELLED = "from django.db import connection as c; c.cursor().execute('SET statement_timeout = 1; SELECT pg_sleep(9)')"


def test_what_needs_no_server_asks_for_none(tree: Path, tmp_path: Path) -> None:
    document = tmp_path / "diary.json"
    document.write_text("[]")
    assert "1 of 1 documents could not be screened" in manage(tree, "screen", str(document), cwd=tmp_path).stderr
