"""Telling the app what it must hear: in the caller's thread, or beside a sync that goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Thread

from symptom_diary_client.hearing import Hearing
from symptom_diary_client.unsynced import UnsyncedNotice


class Telling:
    """When and where the app's handlers are called."""

    def __init__(self, hearing: Hearing, unsynced: UnsyncedNotice) -> None:
        self._hearing = hearing
        self._unsynced = unsynced
        self._threads: list[Thread] = []

    def now(self, keys: Collection[str] | None = None) -> None:
        """Everything that is to be heard (of `keys`, where given), and what has not been synced for too long."""
        self._hearing.tell(keys)
        self._unsynced.tell()

    def beside(self) -> None:
        """The same in a thread: a person may take a while to read, and the rest of the queue must not wait for that."""
        if not (self._hearing.unheard() or self._unsynced.is_due()):
            return
        thread = Thread(target=self.now, name="symptom-diary handlers", daemon=True)
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()

    def wait(self) -> None:
        """Until those have finished. A handler that comes here doesn't wait for itself."""
        if self._hearing.is_telling_here():
            return
        for thread in self._threads:
            thread.join()

    def apart(self, name: str, call: Callable[[], object]) -> None:
        """Call a handler of which nothing is kept."""
        self._hearing.apart(name, call)
