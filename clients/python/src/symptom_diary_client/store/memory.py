"""A store that lasts as long as its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from symptom_diary_client.store.store import Rows


class MemoryStore:
    """Keeps everything until the process ends: for tests, and for scripts that begin anew each time."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        """JSON texts by key."""
        self._turn = Lock()

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """A piece of work on its own. Nothing of it is kept when it raises."""
        with self._turn:
            rows = Rows(self)
            yield rows
            for key, text in rows.changes.items():
                if text is None:
                    self.kept.pop(key, None)
                else:
                    self.kept[key] = text

    def text(self, key: str) -> str | None:
        """The one under a key."""
        return self.kept.get(key)

    def texts(self, prefix: str) -> Iterator[tuple[str, str]]:
        """All whose keys begin so, with their keys."""
        return ((key, text) for key, text in self.kept.items() if key.startswith(prefix))
