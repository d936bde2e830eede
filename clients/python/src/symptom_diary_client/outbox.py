"""Small requests that must arrive some day, each replacing an earlier one of its name: receipts, and this device."""

from __future__ import annotations

from typing import Final

from symptom_diary_client.connection import Connection
from symptom_diary_client.errors import NoAnswer
from symptom_diary_client.store.store import Store

_PASSING: Final = (401, 408, 425, 429)
"""Answers after which trying again may help."""


class Outbox:
    """Keeps such requests until they have been answered."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._connection = connection
        self._store = store

    def send(self, name: str, method: str, path: str, body: object = None) -> None:
        """Keep it, and try now."""
        with self._store.transaction() as rows:
            number = rows.get("letters") or 0
            rows.set("letters", number + 1)
            letter = {"name": name, "number": number, "method": method, "path": path, "body": body}
            rows.set(f"letter/{name}", letter)
        self.flush()

    def flush(self) -> None:
        """Send what waits. What gets no answer waits on; what is refused for good is dropped."""
        with self._store.transaction() as rows:
            letters = rows.all("letter/")
        for letter in sorted(letters, key=lambda one: one["number"]):
            try:
                answer = self._connection.send(letter["method"], letter["path"], letter["body"])
            except NoAnswer:
                return
            if answer.status >= 500 or answer.status in _PASSING:
                continue
            with self._store.transaction() as rows:
                if rows.get(f"letter/{letter['name']}") == letter:
                    rows.set(f"letter/{letter['name']}", None)
