"""A diary as an app keeps it: on this machine first, and in step with the service whenever there is a network."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, cast, overload

import httpx

from symptom_diary_client.alerts import Alerts
from symptom_diary_client.auto import Auto
from symptom_diary_client.clock import local_moment, machine_zone
from symptom_diary_client.connection import Connection, MemorySecrets, Secrets
from symptom_diary_client.content import Content, Kind, ShownEntry, ShownEvent, ShownTreatment
from symptom_diary_client.context import Context, given
from symptom_diary_client.errors import StillWaiting
from symptom_diary_client.farewell import Farewell
from symptom_diary_client.hearing import Conflict, Handler, Handlers, Hearing, Refused, Unsynced
from symptom_diary_client.identity import Identity
from symptom_diary_client.ids import new_id
from symptom_diary_client.outbox import Outbox
from symptom_diary_client.profile import ProfilePage
from symptom_diary_client.push import Push
from symptom_diary_client.queue.edit import edit
from symptom_diary_client.queue.kept import Wish, refused_key
from symptom_diary_client.queue.resolve import resolve
from symptom_diary_client.queue.shown import shown
from symptom_diary_client.reading import Reading
from symptom_diary_client.record import Given, Recorded, Recorder
from symptom_diary_client.signs.events import DangerSign
from symptom_diary_client.store.store import Rows, Store
from symptom_diary_client.sync import Sync, Synced
from symptom_diary_client.telling import Telling
from symptom_diary_client.unsynced import UnsyncedNotice

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from symptom_diary_client.contract import Answers, Entry, Event, Treatment

_FAREWELL_AGAIN = timedelta(minutes=5)


class Diary(Reading):
    """One person's diary. Threads may share it."""

    def __init__(
        self,
        url: str,
        store: Store,
        *,
        on_danger_sign: Handler[DangerSign],
        on_conflict: Handler[Conflict] | None = None,
        on_refused: Handler[Refused] | None = None,
        on_unsynced: Handler[Unsynced] | None = None,
        on_signed_out: Callable[[], object] | None = None,
        on_change: Callable[[], object] | None = None,
        on_error: Handler[Exception] | None = None,
        secrets: Secrets | None = None,
        patient: str = "me",
        time_zone: str | Callable[[], str] = machine_zone,
        region: str | None = None,
        language: str | Callable[[], str] = "en",
        unsynced_after_days: int = 2,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        chance: Callable[[], float] = random.random,
    ) -> None:
        """A diary in `store`, one for each; `patient` is whose, `me` for the person's own.

        `url` is where the service is: `https://diary.example`. `time_zone` is where the person is, which for a gateway
        is not where it runs. `region` is the ISO 3166 code of their country, for the emergency number, until the
        profile says it; `language` en, de, es or fr. `timeout` is in seconds without a byte. README.md tells of the
        handlers.
        Raises ZoneInfoNotFoundError for a zone that isn't known here.
        """
        super().__init__(store)
        self._context = Context(patient, region, given(language), given(time_zone), now)
        local_moment(now(), self._context.time_zone())
        self._on_signed_out = on_signed_out
        self._on_change = on_change
        self.connection = Connection(
            url, secrets or MemorySecrets(), language=self._context.language, timeout=timeout, transport=transport
        )
        hearing = Hearing(store, Handlers(on_danger_sign, on_conflict, on_refused, on_unsynced, on_error))
        self._telling = Telling(hearing, UnsyncedNotice(store, self._context, hearing, unsynced_after_days))
        self._recorder = Recorder(store, self._context, on_danger_sign)
        self._outbox = Outbox(self.connection, store)
        self._farewell = Farewell(self.connection)
        self.identity = Identity(self.connection, store, self._farewell)
        self.alerts = Alerts(self.connection, self._outbox, patient)
        self.push = Push(self._outbox, store, self._context)
        self.profile = ProfilePage(self.connection, store, patient, self._telling.now)
        self._sync = Sync(store, self.connection, self._context, chance=chance, on_news=self._telling.beside)
        self._auto = Auto(self._synced, now, hearing.failed)
        self._turn = Lock()

    def open(self) -> None:
        """Begin: whatever the app hadn't finished with before it ended comes now, and is waited for."""
        self._telling.now()

    def start(self) -> None:
        """Sync by itself from now on, in a thread; handlers may then be called in others. It keeps no script alive."""
        self._auto.start()

    def stop(self) -> None:
        """No longer sync by itself."""
        self._auto.stop()

    def close(self) -> None:
        """Let go of the network. What waits stays in the store."""
        self._auto.stop()
        self.connection.close()

    def record(self, *, date: str | None = None, **answers: Unpack[Answers]) -> Recorded[ShownEntry]:
        """Record a new entry, about today unless `date` says otherwise: id, instant and time zone are filled in.

        It is on disk when this returns, and goes up with the next sync. Its danger signs have been shown by then, also
        without a network, and also when it couldn't be kept.
        """
        now = self._context.now()
        moment = local_moment(now, self._context.time_zone())
        about = {"date": date} if date else {}
        return cast("Recorded[ShownEntry]", self._put("entry", {**answers, "id": new_id(now), **moment, **about}))

    def change(self, id: str, **answers: Unpack[Answers]) -> Recorded[ShownEntry]:
        """Change some answers of an entry as it is in the store at this moment; None takes one back.

        Raises LookupError for an id that isn't in the diary.
        """

        def changed(rows: Rows) -> Content:
            entry = shown(rows, "entry", id.lower())
            if entry is None:
                raise LookupError(f"there is no entry {id}")
            return {**entry, **answers}

        return cast("Recorded[ShownEntry]", self._put("entry", changed))

    @overload
    def put(self, kind: Literal["entry"], content: Entry) -> Recorded[ShownEntry]: ...
    @overload
    def put(self, kind: Literal["treatment"], content: Treatment) -> Recorded[ShownTreatment]: ...
    @overload
    def put(self, kind: Literal["event"], content: Event) -> Recorded[ShownEvent]: ...
    def put(self, kind: Kind, content: Any) -> Recorded[Any]:
        """Put an entry, treatment or event into the diary: kept, and its danger signs shown, as by `record`.

        What was read (`get`, `list`) replaces what was read; should there be something later by then, it becomes a
        conflict. Raises DeletedError for the id of what was deleted.
        """
        return self._put(kind, content)

    def remove(self, kind: Kind, what: str | Mapping[str, Any]) -> None:
        """Delete something: the version that was read, or by its id whatever there is."""
        read: Mapping[str, Any] = {"id": what} if isinstance(what, str) else what
        wish = Wish("delete", None, read.get("version"), read.get("draft"))
        with self._store.transaction() as rows:
            edit(rows, kind, read["id"].lower(), wish, now=self._now(), pressing=False)
        self._changed()
        self._telling.now(())

    def sync(self) -> Synced:
        """Everything up and everything new down. Never raises for a bad network: see the outcome.

        It goes on while the app's handlers are at work, in another thread, and returns when they are done.
        """
        synced = self._synced()
        self._telling.wait()
        return synced

    def resolve(self, conflict: Conflict, choice: Literal["mine", "theirs"] | Content) -> str | None:
        """End a conflict with this device's version, the service's, or one made of both.

        What was deleted elsewhere comes back under a new id. Gives the id it is under; None when this device's side was
        edited since: then it is told anew.
        """
        with self._store.transaction() as rows:
            under = resolve(rows, conflict, choice, self._context.now())
        self._changed()
        self._telling.now(())
        return under

    def let_go(self, kind: Kind, id: str) -> None:
        """Give up a change that the service refused: the diary shows again what the service has."""
        with self._store.transaction() as rows:
            rows.set(refused_key(kind, id), None)
        self._shows_anew()

    def sign_out(self, *, discard: bool = False) -> None:
        """End the session, and take everything out of the store.

        Raises StillWaiting while something is in it only, unless the person has said that it may be lost (`discard`).
        Without a network the session, and the messages to this device, end at the next `sync` that has one.
        """
        was_on = self._auto.is_on
        self.stop()
        if not discard:
            self.sync()
            status = self.status()
            only_here = status.waiting + status.refused + status.conflicts
            if only_here:
                raise StillWaiting(only_here)
        self.identity.sign_out()
        self.wipe()
        if was_on and not self._farewell.is_done:
            self.start()

    def wipe(self) -> None:
        """Take everything out of the store, whatever waits."""
        with self._turn, self._store.transaction() as rows:  # what a sync still brings must not come afterwards
            rows.clear()
        self._shows_anew()

    def _put(self, kind: Kind, given: Content | Given) -> Recorded[dict[str, Any]]:
        recorded, keys = self._recorder.put(kind, given)
        self._changed()  # it may go up while the person reads what to do
        self._telling.now(keys)
        return recorded

    def _changed(self) -> None:
        self._shows_anew()
        self._auto.changed()

    def _synced(self) -> Synced:
        self._farewell.flush()
        if self.connection.token() is None:
            return Synced("signed_out", None if self._farewell.is_done else self._context.now() + _FAREWELL_AGAIN)
        with self._turn:
            synced = self._sync.run()
        if synced.changed:
            self._shows_anew()
        if synced.outcome == "signed_out" and self._on_signed_out:
            self._telling.apart("signed out", self._on_signed_out)
        if synced.outcome == "done":
            self.push.refresh()
            self._outbox.flush()
        self._telling.beside()
        return synced

    def _shows_anew(self) -> None:
        if self._on_change:
            self._telling.apart("change", self._on_change)

    def _now(self) -> str:
        return self._context.now().isoformat()
