"""A store in a file of SQLite's."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from symptom_diary_client.store.store import Rows

_LONGEST_WAIT: Final = 30.0
"""Seconds for another process to finish its piece of work."""
_SETUP: Final = (
    "PRAGMA synchronous = FULL",  # on disk when a transaction ends, also when the power goes
    "PRAGMA fullfsync = ON",  # on macOS in the drive's own cache is not on disk
    "PRAGMA secure_delete = ON",  # what is wiped is gone from the file
    "CREATE TABLE IF NOT EXISTS symptom_diary"
    " (diary TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (diary, key)) WITHOUT ROWID",
)


class SqliteStore:
    """Keeps a diary in a file that only its owner may read. Threads and processes may share it.

    One file may hold many diaries, each under a name: that of a gateway, for everyone who writes through it.
    """

    def __init__(self, path: str | os.PathLike[str], diary: str = "") -> None:
        Path(path).touch(mode=0o600)
        self._database = sqlite3.connect(path, timeout=_LONGEST_WAIT, isolation_level=None, check_same_thread=False)
        self._diary = diary
        self._turn = Lock()
        for statement in _SETUP:
            self._database.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """A piece of work on its own. Nothing of it is kept when it raises."""
        with self._turn:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                rows = Rows(self)
                yield rows
                for key, text in rows.changes.items():
                    self._keep(key, text)
                self._database.execute("COMMIT")
            except BaseException:
                self._database.rollback()
                raise

    def text(self, key: str) -> str | None:
        """The one under a key."""
        found = self._database.execute(
            "SELECT value FROM symptom_diary WHERE diary = ? AND key = ?", (self._diary, key)
        ).fetchone()
        return None if found is None else str(found[0])

    def texts(self, prefix: str) -> Iterator[tuple[str, str]]:
        """All whose keys begin so, with their keys."""
        return self._database.execute(
            "SELECT key, value FROM symptom_diary WHERE diary = ? AND key >= ? AND key < ?",
            (self._diary, prefix, f"{prefix}\uffff"),
        )

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._database.close()

    def _keep(self, key: str, text: str | None) -> None:
        if text is None:
            self._database.execute("DELETE FROM symptom_diary WHERE diary = ? AND key = ?", (self._diary, key))
        else:
            self._database.execute(
                "INSERT OR REPLACE INTO symptom_diary (diary, key, value) VALUES (?, ?, ?)", (self._diary, key, text)
            )
