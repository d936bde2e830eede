"""A steady load: phones that write an entry every so often, and keep every word that was answered 2xx.

A phone does what apps do: it keeps an entry until it is acknowledged, and sends it again with the same id.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final
from uuid import uuid4

import httpx

from deploy.hosts.service import NAME

PAUSE: Final = 0.5
"""Seconds from one entry of a phone to its next."""
PATIENCE: Final = 30.0
"""Seconds that a phone waits for an answer."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: when it was sent and answered, by the monotonic clock; `status` is 0 where no answer came."""

    sent: float
    answered: float
    status: int


@dataclass
class Phone(threading.Thread):
    """Writes until it is stopped. `acknowledged` has what was promised: id → worst pain."""

    url: str
    token: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Entry after entry; each is sent until it is acknowledged."""
        headers = {"Authorization": f"Bearer {self.token}", "Host": NAME}
        with httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE) as client:
            while not self._over.is_set():
                written = entry(str(uuid4()), worst_pain=len(self.acknowledged) % 11)
                while not self._over.is_set() and not self._acknowledged(client, written):
                    self._over.wait(PAUSE)
                self._over.wait(PAUSE)

    def _acknowledged(self, client: httpx.Client, written: dict[str, Any]) -> bool:
        sent = time.monotonic()
        try:
            answer = client.put(f"/api/v1/patients/me/entries/{written['id']}", json=written)
        except httpx.HTTPError as error:
            self.attempts.append(Attempt(sent, time.monotonic(), 0))
            self.problems.append(type(error).__name__)
            return False
        self.attempts.append(Attempt(sent, time.monotonic(), answer.status_code))
        if answer.is_success:
            self.acknowledged[written["id"]] = written["worst_pain"]
        else:
            self.problems.append(f"{answer.status_code} {answer.text[:300]}")
        return answer.is_success

    def first_written_since(self, moment: float) -> float:
        """When the first write was acknowledged that was sent after `moment`; infinite if none was."""
        good = (one.answered for one in list(self.attempts) if one.sent >= moment and 200 <= one.status < 300)
        return min(good, default=float("inf"))

    def stop(self) -> None:
        """After the request that is under way."""
        self._over.set()


def entry(id_: str, **answers: Any) -> dict[str, Any]:
    """An entry of now."""
    now = datetime.now(UTC)
    return {"id": id_, "date": now.date().isoformat(), "recorded_at": now.isoformat(), "time_zone": "UTC", **answers}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the phones saw from a moment on."""

    writes: int
    errors: int
    """Answers 5xx."""
    unanswered: int
    slowest: float
    """Seconds that the slowest acknowledged request took."""
    outage: float
    """The longest time in which no write of any phone was acknowledged, in seconds."""


class Load:
    """Some phones, at it since they were made."""

    def __init__(self, url: str, tokens: list[str]) -> None:
        self.phones = [Phone(url, token) for token in tokens]
        for phone in self.phones:
            phone.start()

    def stop(self) -> None:
        """All phones, and wait for them."""
        for phone in self.phones:
            phone.stop()
        for phone in self.phones:
            phone.join()

    @property
    def acknowledged(self) -> dict[str, int]:
        """Everything promised so far."""
        return {id_: pain for phone in self.phones for id_, pain in list(phone.acknowledged.items())}

    def since(self, moment: float) -> Seen:
        """Of the requests that were answered, or given up, after `moment`."""
        seen = [one for phone in self.phones for one in list(phone.attempts) if one.answered >= moment]
        good = sorted((one for one in seen if 200 <= one.status < 300), key=lambda one: one.answered)
        ends = [moment, *(one.answered for one in good), time.monotonic()]
        return Seen(
            writes=len(good),
            errors=sum(one.status >= 500 for one in seen),
            unanswered=sum(one.status == 0 for one in seen),
            slowest=max((one.answered - one.sent for one in good), default=0.0),
            outage=max(after - before for before, after in pairwise(ends)),
        )

    def all_write_since(self, moment: float) -> bool:
        """Whether every phone had a write acknowledged that it sent after `moment`."""
        return all(phone.first_written_since(moment) < float("inf") for phone in self.phones)
