"""Syncing by itself in a thread: at the start, after each change, and now and then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Condition, Thread
from time import monotonic
from typing import Final

from symptom_diary_client.sync import Synced

_AFTER_A_CHANGE: Final = 0.5
"""Seconds."""
_NOW_AND_THEN: Final = 15 * 60.0
"""Seconds."""
_AFTER_A_FAULT: Final = 60.0
"""Seconds."""


class Auto:
    """Syncs whenever it is time, from `start` to `stop`."""

    def __init__(
        self, sync: Callable[[], Synced], now: Callable[[], datetime], failed: Callable[[Exception], None]
    ) -> None:
        self._sync = sync
        self._now = now
        self._failed = failed
        self._due: float | None = None
        """The instant of the next sync; None while it is stopped."""
        self._news = Condition()
        self._thread: Thread | None = None

    @property
    def is_on(self) -> bool:
        """Whether it syncs by itself."""
        return self._due is not None

    def start(self) -> None:
        """Sync by itself from now on. It keeps no script from ending."""
        with self._news:
            self._due = monotonic()
            if self._thread is None:
                self._thread = Thread(target=self._run, name="symptom-diary", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def stop(self) -> None:
        """No more from now on; a sync that is under way ends by itself."""
        with self._news:
            self._due = None
            self._news.notify_all()

    def changed(self) -> None:
        """Something was recorded."""
        self._next_in(_AFTER_A_CHANGE)

    def _next_in(self, seconds: float) -> None:
        with self._news:
            if self._due is not None:
                self._due = monotonic() + seconds
                self._news.notify_all()

    def _run(self) -> None:
        while self._is_time():
            self._once()

    def _once(self) -> None:
        try:
            synced = self._sync()
        except Exception as error:  # noqa: BLE001 - a disk that is full for an hour must not end it for ever
            self._failed(error)
            return self._later(_AFTER_A_FAULT)
        return self._go_on_after(synced)

    def _go_on_after(self, synced: Synced) -> None:
        if synced.retry_at is not None:
            self._later(max(0.0, (synced.retry_at - self._now()).total_seconds()))
        elif synced.outcome == "signed_out":
            self.stop()
        else:
            self._later(_NOW_AND_THEN)

    def _is_time(self) -> bool:
        """Waits until the next sync is due; False once it is stopped."""
        with self._news:
            while self._due is not None and (wait := self._due - monotonic()) > 0:
                self._news.wait(wait)
            if self._due is None:
                self._thread = None
                return False
            self._due = float("inf")  # until this one has ended, or something is recorded
            return True

    def _later(self, seconds: float) -> None:
        """Unless something was recorded meanwhile, which is due earlier."""
        with self._news:
            if self._due is not None:
                self._due = min(self._due, monotonic() + seconds)
