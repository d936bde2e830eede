"""What every store promises, and what one piece of work sees of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Kept(Protocol):
    """What is kept already, as JSON texts."""

    def text(self, key: str) -> str | None:
        """The one under a key."""

    def texts(self, prefix: str) -> Iterable[tuple[str, str]]:
        """All whose keys begin so, with their keys."""


class Rows:
    """Values by key, as one piece of work sees them: what is kept, with its own `changes` (None for a removal)."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.changes: dict[str, str | None] = {}

    def get(self, key: str) -> Any:
        """The value, None where there is none."""
        text = self.changes[key] if key in self.changes else self._kept.text(key)
        return None if text is None else json.loads(text)

    def set(self, key: str, value: object) -> None:
        """Keep what JSON can hold; None removes it."""
        self.changes[key] = None if value is None else json.dumps(value)

    def all(self, prefix: str) -> list[Any]:
        """All values whose keys begin so, in the order of the keys."""
        found = dict(self._kept.texts(prefix))
        changed = {key: text for key, text in self.changes.items() if key.startswith(prefix)}
        return [json.loads(text) for _, text in sorted((found | changed).items()) if text is not None]

    def clear(self) -> None:
        """Remove everything."""
        self.changes = dict.fromkeys([*self.changes, *dict(self._kept.texts(""))])


class Store(Protocol):
    """Where a diary is kept.

    Everything else in this package relies on these two promises: what was done within a transaction is kept whole or
    not at all, also when the process is killed in the middle; and when it has been left, it is on disk.
    """

    def transaction(self) -> AbstractContextManager[Rows]:
        """A piece of work on its own. Nothing of it is kept when it raises."""
