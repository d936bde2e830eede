"""What a store promises."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from symptom_diary_client import MemoryStore, SqliteStore, Store


@pytest.fixture(params=[lambda _: MemoryStore(), lambda path: SqliteStore(path / "diary.sqlite")])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Callable[[Path], Store] = request.param
    return made(tmp_path)


def test_it_keeps_lists_in_order_replaces_and_removes(store: Store) -> None:
    with store.transaction() as rows:
        rows.set("b/2", {"two": 2})
        rows.set("b/1", "eins, zwei: äöü \U0001f600 \ud83d")
        rows.set("a", 0)
        assert rows.all("b/") == ["eins, zwei: äöü \U0001f600 \ud83d", {"two": 2}]
    with store.transaction() as rows:
        assert rows.get("a") == 0
        rows.set("b/1", None)
        assert (rows.all("b/"), rows.get("b/1")) == ([{"two": 2}], None)
    with store.transaction() as rows:
        rows.set("c", 1)
        rows.clear()
    with store.transaction() as rows:
        assert rows.all("") == []


def test_it_keeps_nothing_of_work_that_fails(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as rows:
            rows.set("a", 1)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    with store.transaction() as rows:
        assert rows.get("a") is None


def test_it_lets_nobody_in_between_reading_and_writing(store: Store) -> None:
    def count(_: int) -> None:
        with store.transaction() as rows:
            rows.set("n", (rows.get("n") or 0) + 1)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(40)))
    with store.transaction() as rows:
        assert rows.get("n") == 40


def test_a_file_is_found_again_and_shared_and_holds_many_diaries(tmp_path: Path) -> None:
    path = tmp_path / "diaries.sqlite"
    alice, bob = SqliteStore(path, "alice"), SqliteStore(path, "bob")
    with alice.transaction() as rows:
        rows.set("a", 1)
    with bob.transaction() as rows:
        assert rows.all("") == []
        rows.set("a", 2)
        rows.clear()
    alice.close()
    again = SqliteStore(path, "alice")
    with again.transaction() as rows:
        assert rows.get("a") == 1


def test_what_was_wiped_is_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "diary.sqlite"
    store = SqliteStore(path)
    with store.transaction() as rows:
        rows.set("a", "a note about my health")
    assert b"my health" in path.read_bytes()
    with store.transaction() as rows:
        rows.clear()
    store.close()
    assert b"my health" not in path.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_file_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "diary.sqlite"
    SqliteStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
