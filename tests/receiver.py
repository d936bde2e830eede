"""A mail receiver: a real SMTP server on loopback that remembers what it accepted, and when."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import Final, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from backend.local.embedded.server import free_port

HANG_UP: Final = "hang up"


@dataclass(frozen=True)
class Received:
    """One accepted mail: to whom by the envelope, as it came, and the monotonic second of its acceptance."""

    recipients: tuple[str, ...]
    content: bytes
    accepted_at: float

    @cached_property
    def mail(self) -> EmailMessage:
        """The mail itself. It is parsed when someone looks at it, which takes longer than receiving it."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def text(self) -> str:
        """The plain-text part."""
        part = self.mail.get_body(preferencelist=("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.mail.get_body(preferencelist=("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def link(self) -> str:
        """The link that opens the alert, which stands on a line of its own."""
        link = re.search(r"^\s*(https?://\S+/a/\S+)\s*$", self.text, re.MULTILINE)
        assert link is not None, self.text
        return link[1]

    @property
    def invitation(self) -> str:
        """The code of an invitation, as the person would copy it."""
        code = re.search(r"^\s*([A-Z2-7]{4}(?:-[A-Z2-7]{4}){7})\s*$", self.text, re.MULTILINE)
        assert code is not None, self.text
        return code[1]


class MailReceiver:
    """Listens on a free port while used as a context manager.

    `at_recipient` runs when someone names a recipient and has sent nothing yet, `before_answer` after a mail is in
    hand and before its sender hears so: the places to script what a sender may meet. What they give is the SMTP reply,
    unless it is None; `HANG_UP` closes the line instead.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.at_recipient: Callable[[str], str | None] = lambda _: None
        self.before_answer: Callable[[Received], str | None] = lambda _: None
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        """What `EMAIL_URL` is set to."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.at_recipient(address)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return self._answered(reply, server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert content is not None
        received = Received(tuple(envelope.rcpt_tos), content, time.perf_counter())
        self.received.append(received)
        return self._answered(self.before_answer(received), server)

    def _answered(self, reply: str | None, server: SMTP) -> str:
        if reply == HANG_UP:
            assert server.transport is not None
            server.transport.close()
        return reply or "250 OK"

    def sent_to(self, address: str) -> list[Received]:
        """What `address` got so far, in order."""
        return [received for received in list(self.received) if address in received.recipients]

    def wait_for(self, address: str, *, containing: str = "", timeout: float = 30.0) -> Received:
        """The first mail to `address` that says `containing`, however it is wrapped. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for received in self.sent_to(address):
                if containing in " ".join(received.text.split()):
                    return received
            time.sleep(0.005)
        raise TimeoutError(f"no mail to {address} containing {containing!r} within {timeout} seconds")

    def code_for(self, address: str) -> str:
        """The code in the newest mail to `address`, as the person would copy it."""
        self.wait_for(address)
        codes = re.findall(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", self.sent_to(address)[-1].text, re.MULTILINE)
        assert codes, self.sent_to(address)[-1].text
        code: str = codes[0]
        return code
