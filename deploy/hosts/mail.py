"""The mail server of the world around: it keeps what it accepted, and may be told to dawdle."""

import asyncio
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.hosts.network import HERE

_HELD: Final = 30
"""Seconds; longer than the service waits for a mail server's answer."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One accepted mail: `sender` is the address of the host that brought it; `at` by the monotonic clock."""

    recipients: tuple[str, ...]
    message_id: str
    sender: str
    at: float


class MailServer:
    """Listens on port 25 of this side of the bridge."""

    def __init__(self) -> None:
        self.accepted: list[Mail] = []
        self.hold_answers = threading.Event()
        """While set, what comes is kept, and its sender gets no answer: it cannot know whether it arrived."""
        self._controller = Controller(self, hostname=HERE, port=25)

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd with a whole mail."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        sender = str(session.peer[0]) if session.peer else ""
        self.accepted.append(Mail(tuple(envelope.rcpt_tos), str(message["Message-ID"]), sender, time.monotonic()))
        if self.hold_answers.is_set():
            await asyncio.sleep(_HELD)
        return "250 kept"

    def to(self, address: str) -> list[Mail]:
        """What `address` got so far."""
        return [mail for mail in list(self.accepted) if address in mail.recipients]

    def wait_for(self, address: str, *, patience: float) -> Mail:
        """The first mail to `address`. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while not (found := self.to(address)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no mail to {address} within {patience:.0f} s")
            time.sleep(0.05)
        return found[0]
