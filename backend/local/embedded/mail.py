"""A mail catcher: accepts every mail on loopback, delivers none, keeps each as a file, and shows them on a page.

`python -m backend.local.embedded.mail DIRECTORY SMTP_PORT PAGE_PORT` runs it until it is told to stop.
"""

import secrets
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from backend.local.embedded.directory import make_private
from backend.local.embedded.mail_page import MailPage

KEPT_AT_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Mail:
    """One caught mail: its name in the directory, when it came, to whom by the envelope, and what it says."""

    name: str
    received_at: datetime
    recipients: tuple[str, ...]
    message: EmailMessage

    def body(self, kind: str) -> str | None:
        """The `plain` or `html` part."""
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else None


class Mailbox:
    """Mails as files, `TIME-RANDOM.eml`, the envelope in front; readable by their owner only."""

    def __init__(self, directory: Path) -> None:
        self.directory = make_private(directory)

    def keep(self, recipients: list[str], content: bytes) -> None:
        """Store one mail under its final name only when it is whole; the oldest beyond KEPT_AT_MOST go."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"
        half = self.directory / f"{name}.half"
        half.touch(mode=0o600)
        half.write_bytes(f"X-Envelope-To: {', '.join(recipients)}\r\n".encode() + content)
        half.rename(self.directory / f"{name}.eml")
        for old in self._files()[KEPT_AT_MOST:]:
            old.unlink(missing_ok=True)

    def mails(self) -> list[Mail]:
        """All mails, newest first."""
        return [_read(file) for file in self._files()]

    def mail(self, name: str) -> Mail | None:
        """The mail of this name."""
        return next((_read(file) for file in self._files() if file.stem == name), None)

    def _files(self) -> list[Path]:
        return sorted(self.directory.glob("*.eml"), reverse=True)


def _read(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return Mail(
        name=file.stem,
        received_at=datetime.strptime(file.stem.partition("-")[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC),
        recipients=tuple(str(message["X-Envelope-To"]).split(", ")),
        message=message,
    )


class MailCatcher:
    """The SMTP server and the page, while used as a context manager."""

    def __init__(self, directory: Path, *, smtp_port: int, page_port: int) -> None:
        self.mailbox = Mailbox(directory)
        self._smtp = Controller(self, hostname="127.0.0.1", port=smtp_port)
        self._page = MailPage(self.mailbox, port=page_port)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd with a whole mail: accepted means kept."""
        self.mailbox.keep(envelope.rcpt_tos, envelope.original_content or b"")
        return "250 kept"

    def __enter__(self) -> Self:
        self._smtp.start()
        self._page.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._page.stop()
        self._smtp.stop()


def main() -> None:
    """Catch mail until SIGTERM or Ctrl-C."""
    directory, smtp_port, page_port = sys.argv[1:]
    stopping = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    with suppress(KeyboardInterrupt), MailCatcher(Path(directory), smtp_port=int(smtp_port), page_port=int(page_port)):
        signal.sigwait(stopping)


if __name__ == "__main__":
    main()
