"""Bringing the queue up and the news down, until neither has anything left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from symptom_diary_client.connection import Answer, Connection, problem_of
from symptom_diary_client.context import Context
from symptom_diary_client.errors import NoAnswer, Problem
from symptom_diary_client.queue.backoff import asked_seconds, backoff_seconds
from symptom_diary_client.queue.batch import MOST_CHANGES, take_batch
from symptom_diary_client.queue.kept import all_waiting, change_meta, read_meta
from symptom_diary_client.queue.restored import begin_again, restored
from symptom_diary_client.queue.settle import Settled, settle
from symptom_diary_client.signs.events import keep_raised
from symptom_diary_client.store.store import Store

_FULL_FOR_TODAY = timedelta(hours=1)


@dataclass(frozen=True)
class Synced:
    """How a sync ended. Whatever it was, what waits is kept."""

    outcome: Literal["done", "later", "signed_out", "not_found"]
    """`done`: everything is up and down. `later`: no network, no answer, or too much at once. `signed_out`: sign in
    again. `not_found`: this diary can't be seen by this account (any more)."""
    retry_at: datetime | None = None
    """When to try again; None where only a person can help."""
    changed: bool = False
    """Whether something in the diary in the store has changed."""


class Sync:
    """One diary's; it remembers how well the network carries."""

    def __init__(
        self,
        store: Store,
        connection: Connection,
        context: Context,
        *,
        chance: Callable[[], float],
        on_news: Callable[[], None],
    ) -> None:
        self._store = store
        self._connection = connection
        self._context = context
        self._chance = chance
        self._on_news = on_news
        self._most = MOST_CHANGES
        """Fewer after each failure, so that a bad network carries at least a little."""
        self._failures = 0
        self._not_before: datetime | None = None
        self._changed = False

    def run(self) -> Synced:
        """Once, until there is nothing left or something is in the way."""
        self._changed = False
        return replace(self._run(), changed=self._changed)

    def _run(self) -> Synced:
        if self._not_before and self._context.now() < self._not_before:
            return Synced("later", self._not_before)
        full_for_today: set[str] = set()
        while True:
            changes, cursor = self._next(full_for_today)
            try:
                answer = self._post(cursor, changes)
            except NoAnswer:
                return self._failed(None)
            if answer.status != 200:
                stopped = self._problem(answer, changes)
                if stopped:
                    return stopped
            elif self._take(changes, answer.body, full_for_today):
                return self._finished(full_for_today)

    def _next(self, leave_out: set[str]) -> tuple[list[dict[str, Any]], str | None]:
        with self._store.transaction() as rows:
            return take_batch(rows, self._most, leave_out), read_meta(rows).cursor

    def _post(self, cursor: str | None, changes: Sequence[Mapping[str, Any]]) -> Answer:
        address = f"/api/v1/patients/{quote(self._context.patient, safe='')}/sync"
        return self._connection.send("POST", address, {"cursor": cursor, "changes": changes})

    def _take(self, changes: Sequence[Mapping[str, Any]], body: Mapping[str, Any], full_for_today: set[str]) -> bool:
        """Keeps all that an answer says in one step; True when nothing is left to do."""
        now = self._now()
        with self._store.transaction() as rows:
            for change, result in zip(changes, body["results"], strict=False):
                keep_raised(rows, result["raised"], change["type"], change["id"])
            settled = settle(rows, changes, body, now)
            full_for_today.update(settled.later)
            again = not body["has_more"] and restored(rows, now)
            left = any(one.id not in full_for_today for one in all_waiting(rows))
            is_done = not (body["has_more"] or again or left)
            if is_done and not full_for_today:
                change_meta(rows, synced_at=now, unsynced=None)
        self._failures = 0
        self._most = min(MOST_CHANGES, self._most * 2)
        self._tell(settled)
        return is_done

    def _problem(self, answer: Answer, changes: Sequence[Mapping[str, Any]]) -> Synced | None:
        """A whole request that was refused. Gives how the sync ends, None to go on."""
        problem = problem_of(answer)
        self._keep_signs(problem, changes)
        if answer.status == 401:
            return Synced("signed_out")
        if answer.status in (403, 404):
            return Synced("not_found")
        if answer.status == 400 and _is_about_the_cursor(problem):
            with self._store.transaction() as rows:
                begin_again(rows)
            return None
        if answer.status not in (400, 413) or not changes:
            return self._failed(problem.retry_after)
        if len(changes) == 1:
            self._refuse(changes[0], problem)
        else:
            self._most = (len(changes) + 1) // 2
        return None

    def _keep_signs(self, problem: Problem, changes: Sequence[Mapping[str, Any]]) -> None:
        raised = problem.document.get("raised")
        if not raised:
            return
        about: Mapping[str, Any] = changes[0] if len(changes) == 1 else {"type": "entry", "id": ""}
        with self._store.transaction() as rows:
            keep_raised(rows, raised, about["type"], about["id"])
        self._on_news()

    def _refuse(self, change: Mapping[str, Any], problem: Problem) -> None:
        """The one change that a whole request was refused for."""
        result = {"id": change["id"], "status": "invalid", "version": None, "raised": [], "problem": problem.document}
        with self._store.transaction() as rows:
            answer = {"results": [result], "changes": [], "cursor": read_meta(rows).cursor}
            settled = settle(rows, [change], answer, self._now())
        self._tell(settled)

    def _failed(self, asked: float | None) -> Synced:
        self._most = max(1, (self._most + 1) // 2)
        wait = backoff_seconds(self._failures, self._chance) if asked is None else asked_seconds(asked, self._chance)
        self._failures += 1
        at = self._context.now() + timedelta(seconds=wait)
        if asked is not None:
            self._not_before = at  # the service's own wish holds for everybody, also for an impatient tap
        return Synced("later", at)

    def _finished(self, full_for_today: set[str]) -> Synced:
        return Synced("later", self._context.now() + _FULL_FOR_TODAY) if full_for_today else Synced("done")

    def _tell(self, settled: Settled) -> None:
        if settled.changed:
            self._changed = True
            self._on_news()

    def _now(self) -> str:
        return self._context.now().isoformat()


def _is_about_the_cursor(problem: Problem) -> bool:
    return any(error["pointer"] == "/cursor" for error in problem.document.get("errors", []))
