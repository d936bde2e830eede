"""What each fault has before it: the installation under a steady load, and people who meet an emergency."""

import time
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import httpx

from deploy.hosts.installation import Installation, until
from deploy.hosts.load import Load, Seen, entry
from deploy.hosts.network import Host
from deploy.hosts.service import NAME

PHONES: Final = 6
ALARMS: Final = 64
"""People who may meet an emergency, one after the other: a second one of the same person would be the same episode."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """Someone's danger sign that was acknowledged: whose, and when by the monotonic clock."""

    email: str
    at: float


@dataclass
class Scene:
    """`installation` runs."""

    installation: Installation
    load: Load = field(init=False)

    def __post_init__(self) -> None:
        writers = [f"phone{number}@example.org" for number in range(PHONES)]
        people = [f"alarm{number}@example.org" for number in range(ALARMS)]
        tokens = self.installation.sign_up(*writers, *people)
        self._waiting = [(email, tokens[email]) for email in people]
        self.load = Load(self.installation.url, [tokens[email] for email in writers])

    def emergency(self, *, by: Host | None = None) -> Emergency:
        """Someone writes a danger sign, through the balancer or `by` one API host, and sends it until it is stored."""
        email, token = self._waiting.pop()
        id_ = str(uuid4())
        address = f"http://{by.address}:8000" if by else self.installation.url
        headers = {"Authorization": f"Bearer {token}", "Host": NAME, "X-Forwarded-Proto": "https"}
        written = entry(id_, symptoms={"saddle_numbness": True})
        deadline = time.monotonic() + 60
        while True:
            try:
                path = f"{address}/api/v1/patients/me/entries/{id_}"
                answer = httpx.put(path, json=written, headers=headers, timeout=15)
                if answer.is_success:
                    return Emergency(email, time.monotonic())
            except httpx.HTTPError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError("an emergency could not be written within 60 s")
            time.sleep(0.5)

    def told(self, emergency: Emergency, *, within: float) -> float:
        """Seconds from the acknowledgement to the first mail; every further one has the same Message-ID.

        Raises TimeoutError when none comes.
        """
        mail = self.installation.mail.wait_for(emergency.email, patience=within)
        ids = {one.message_id for one in self.installation.mail.to(emergency.email)}
        assert len(ids) == 1, f"the same alert came as {len(ids)} different mails"
        return round(max(mail.at - emergency.at, 0.0), 1)

    def writing_again(self, since: float, *, within: float) -> float:
        """Seconds from `since` until each phone had a write acknowledged that it sent after it."""
        until(lambda: self.load.all_write_since(since), within, "not every phone writes again")
        first = min(phone.first_written_since(since) for phone in self.load.phones)
        return round(first - since, 1)

    def problems(self) -> list[str]:
        """The last of what phones could not make sense of."""
        return [problem for phone in self.load.phones for problem in phone.problems[-2:]]

    def nothing_lost(self) -> int:
        """How many writes were acknowledged so far; each is in the database as it was sent."""
        acknowledged = self.load.acknowledged
        until(lambda: self.installation.primary() is not None, 60, "the primary does not answer")
        stored = self.installation.stored()
        lost = [id_ for id_, pain in acknowledged.items() if stored.get(id_) != pain]
        assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged writes are lost"
        return len(acknowledged)

    def all_well(self, *, within: float = 60.0) -> float:
        """Wait until each commit waits for a standby again; gives the seconds that it took."""
        return round(until(self.installation.has_standby, within, "there is no synchronous standby"), 1)

    def quietly(self, seconds: float) -> Seen:
        """What the phones see in the next seconds."""
        began = time.monotonic()
        time.sleep(seconds)
        return self.load.since(began)
