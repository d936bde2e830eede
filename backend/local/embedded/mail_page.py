"""The page of the mail catcher: what was sent, newest first, readable on a phone, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from backend.local.embedded.mail import Mail, Mailbox

_PAGE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'"
# A mail is someone else's HTML: no scripts, no forms, nothing loaded from anywhere.
_MAIL_POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_FRAME: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
  body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem; }}
  a {{ display: inline-block; padding: .5rem 0; }}
  ol {{ list-style: none; padding: 0; }}
  li {{ border-top: 1px solid; padding: .5rem 0; overflow-wrap: anywhere; }}
  dt {{ font-weight: bold; }} dd {{ margin: 0 0 .5rem; overflow-wrap: anywhere; }}
  pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }}
  iframe {{ width: 100%; height: 32rem; border: 1px solid; background: #fff; }}
</style>
<main>
<h1>{title}</h1>
{body}
</main>
</html>
"""


class MailPage:
    """An HTTP server on loopback that only reads the mailbox."""

    def __init__(self, mailbox: Mailbox, *, port: int) -> None:
        handler = type("Handler", (_Handler,), {"mailbox": mailbox})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where to look."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    mailbox: Mailbox

    def do_GET(self) -> None:
        # Another site may point its name here; a browser then sends that name.
        if (self.headers.get("Host") or "").rpartition(":")[0] not in {"127.0.0.1", "localhost"}:
            return self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        if self.path == "/":
            return self._answer(_list_page(self.mailbox.mails()), _PAGE_POLICY)
        kinds: dict[str, tuple[Callable[[Mail], str], str]] = {
            "mail": (_mail_page, _PAGE_POLICY),
            "html": (lambda mail: mail.body("html") or "", _MAIL_POLICY),
        }
        kind, _, name = self.path.removeprefix("/").partition("/")
        mail = self.mailbox.mail(name)
        if kind not in kinds or mail is None:
            return self.send_error(HTTPStatus.NOT_FOUND)
        page, policy = kinds[kind]
        return self._answer(page(mail), policy)

    def _answer(self, page: str, policy: str) -> None:
        content = page.encode()
        self.send_response(HTTPStatus.OK)
        for name, value in {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(content)),
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: whose mail is read is no one's business."""


def _list_page(mails: list[Mail]) -> str:
    items = "".join(
        f'<li><a href="/mail/{mail.name}">{escape(str(mail.message["Subject"]))}</a><br>'
        f'to {escape(", ".join(mail.recipients))}<br><time datetime="{mail.received_at.isoformat()}">'
        f"{mail.received_at:%Y-%m-%d %H:%M:%S} UTC</time></li>"
        for mail in mails
    )
    body = f"<ol>{items}</ol>" if mails else "<p>No mail yet.</p>"
    return _FRAME.format(title="Mail that was sent", body=f'<a href="/">Look again</a>{body}')


def _mail_page(mail: Mail) -> str:
    shown = {"From": mail.message["From"], "To": ", ".join(mail.recipients), "Message-ID": mail.message["Message-ID"]}
    facts = "".join(f"<dt>{name}</dt><dd>{escape(str(value))}</dd>" for name, value in shown.items())
    html = f'<h2>As HTML</h2><iframe sandbox src="/html/{mail.name}" title="The mail as HTML"></iframe>'
    body = (
        f'<a href="/">All mail</a><dl>{facts}</dl>'
        f"<h2>As text</h2><pre>{escape(mail.body('plain') or 'This mail has no plain text.')}</pre>"
        f"{html if mail.body('html') is not None else ''}"
    )
    return _FRAME.format(title=escape(str(mail.message["Subject"])), body=body)
