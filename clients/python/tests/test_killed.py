"""The process is killed at any step, at every one of them: nothing is lost, no sign unheard, nothing told twice.

A step is whatever goes to the store or to the network, before and after. The same story is told again and again, and
each time the process dies one step later; then it is started anew and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest
from device import Device, device
from service import CAUDA_EQUINA, Service

from symptom_diary_client import DangerSign, MemoryStore, Rows

MOST_STEPS = 500


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Life:
    """How many steps are left. A dead process does nothing any more."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.is_over = False

    def step(self) -> None:
        if self.left <= 0:
            self.is_over = True
            raise Killed
        self.left -= 1


class MortalStore:
    """A store of a process that may die: before, within, at the end of and after a piece of work."""

    def __init__(self, store: MemoryStore, life: Life) -> None:
        self._store = store
        self._life = life

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        self._life.step()
        with self._store.transaction() as rows:
            yield rows
            self._life.step()
        self._life.step()


def started(service: Service, store: MemoryStore, life: Life, heard: list[DangerSign]) -> Device:
    def passed(request: httpx.Request) -> httpx.Response:
        life.step()
        answer = service.transport.handle_request(request)
        life.step()
        return answer

    def shown(sign: DangerSign) -> None:
        life.step()
        heard.append(sign)
        life.step()

    return device(service, MortalStore(store, life), on_danger_sign=shown, transport=httpx.MockTransport(passed))


def the_story(service: Service, store: MemoryStore, life: Life, heard: list[DangerSign]) -> Iterator[str]:
    """Gives what was kept, as soon as it is told so."""
    alice = started(service, store, life, heard)
    alice.diary.open()
    entry = alice.diary.record(symptoms={"saddle_numbness": True}, note="first").content
    yield f"{entry['id']} first"
    alice.diary.sync()
    alice.diary.change(entry["id"], note="second")
    yield f"{entry['id']} second"
    alice.diary.record(note="third")
    alice.diary.sync()


def raising_once() -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """As a service that calls a sign news only the first time."""
    known = set[str]()

    def raises(change: dict[str, Any]) -> list[dict[str, Any]]:
        if not change["data"].get("symptoms"):
            return []
        is_news = change["id"] not in known
        known.add(change["id"])
        return [{**CAUDA_EQUINA, "news": is_news}]

    return raises


def died_within(story: Callable[[Life], Iterator[str]], steps: int) -> tuple[bool, list[str]]:
    """Whether it was killed, and what it said until then."""
    life, said = Life(steps), list[str]()
    with suppress(Killed):
        said.extend(story(life))
    return life.is_over, said


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # a kill ends them all
@pytest.mark.parametrize("answers", ["at once", "after a lost one"])
def test_at_every_step(answers: str) -> None:
    for steps in range(MOST_STEPS):
        service = Service(fates=[] if answers == "at once" else ["lost after"])
        service.raises = raising_once()
        store, heard = MemoryStore(), list[DangerSign]()
        killed, said = died_within(lambda life: the_story(service, store, life, heard), steps)  # noqa: B023
        again = started(service, store, Life(MOST_STEPS), heard)
        again.diary.open()
        for _ in range(3):
            again.diary.sync()
        check(service, again, said, heard, f"killed after {steps} steps")
        if not killed:
            assert steps > 40
            return
    raise AssertionError("the story never ends")


def check(service: Service, again: Device, said: list[str], heard: list[DangerSign], when: str) -> None:
    shown = {entry["id"]: entry["note"] for entry in again.diary.list("entry")}
    stored = {row.id: row.data["note"] for row in service.rows.values() if row.data}
    assert shown == stored, when
    assert again.diary.status().waiting == 0, when
    for id, note in (line.split() for line in said):
        assert (stored[id], note) in {("first", "first"), ("second", "first"), ("second", "second")}, when
    for row in service.rows.values():
        for stage in ("noted", "raised"):
            times = sum(sign.stage == stage and sign.id == row.id for sign in heard)
            carries = bool(row.data and row.data.get("symptoms"))
            assert carries <= times <= 2 * carries, f"{stage} was heard {times} times, {when}"
