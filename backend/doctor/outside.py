"""What is between the service and people: the mail server, and the way in by HTTP."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from smtplib import SMTPResponseException
from typing import Final
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from backend.checks import mail
from backend.checks.servers import is_here
from backend.doctor.finding import Finding, broken, ok, warning
from diary.reaching.mail_failures import MAIL_FAILURES
from diary.service_name import service_name

_PATIENCE_SECONDS: Final = 10.0
_SOON_DAYS: Final = 21
_AT_ONCE_DAYS: Final = 7
_HTTPS: Final = 443


def mail_found() -> Finding:
    """Whether the mail server lets us in; nothing is sent. A provider's API is not asked."""
    if settings.EMAIL_PROVIDER:
        faults = [*mail.provider(), *mail.reports()]
        what = f"{settings.EMAIL_PROVIDER} is set up; try it with --send-test-mail ADDRESS"
        return broken("mail", str(faults[0]), "correct EMAIL_PROVIDER_SETTINGS") if faults else ok("mail", what)
    try:
        with get_connection():
            pass
    except MAIL_FAILURES as error:
        return broken("mail", f"the mail server does not let us in: {_reply(error)}", "correct EMAIL_URL, or start it")
    if faults := mail.server():
        return warning("mail", f"the mail server lets us in, but {faults[0]}", "correct EMAIL_URL")
    return ok("mail", "the mail server lets us in; no mail was sent")


def mail_sent(address: str) -> Finding:
    """Send one mail, about nothing."""
    subject = f"{service_name()}: a test"
    body = "This is a test by the operator of the service. You don't need to do anything."
    try:
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address]).send()
    except MAIL_FAILURES as error:
        return broken("test mail", f"was not taken: {_reply(error)}", "read what the mail server's log says")
    return ok("test mail", "was taken: look into the mailbox, and into its spam")


def http_found(url: str, *, now: datetime) -> Iterator[Finding]:
    """The health routes, that the metrics are closed, and how long the certificate is good for."""
    url = url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme == "https":
        yield _certificate(parts.hostname or "", parts.port or _HTTPS, now)
    elif not is_here(parts.hostname or ""):
        yield broken("http", f"{url} is not encrypted", "put a proxy with TLS in front")
    try:
        with httpx.Client(timeout=_PATIENCE_SECONDS) as client:
            yield from _routes(client, url)
    except httpx.HTTPError as error:
        yield broken("http", f"{url} does not answer ({type(error).__name__})", "start the API, and the proxy in front")


def _routes(client: httpx.Client, url: str) -> Iterator[Finding]:
    live = client.get(f"{url}/health/live").status_code
    yield (
        ok("http", "/health/live answers")
        if live == 200
        else broken("http", f"/health/live answers {live}", "is the API started, and is the host in ALLOWED_HOSTS?")
    )
    ready = client.get(f"{url}/health/ready")
    if ready.status_code == 200:
        yield ok("http", f"/health/ready says {ready.json()['status']}")
    else:
        yield broken("http", f"/health/ready answers {ready.status_code}", "see the other lines")
    metrics = client.get(f"{url}/metrics").status_code
    if metrics == 200:
        yield broken("http", "/metrics is open to everyone", "set METRICS_TOKEN, and no token in the proxy")
    else:
        yield ok("http", "/metrics is closed without its token")


def _certificate(host: str, port: int, now: datetime) -> Finding:
    try:
        with (
            socket.create_connection((host, port), timeout=_PATIENCE_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            certificate = secured.getpeercert() or {}
    except ssl.SSLError as error:
        return broken("certificate", f"is refused: {error.reason}", "renew it, or correct the proxy's")
    except OSError as error:
        return broken("certificate", f"{host} does not answer ({type(error).__name__})", "start the proxy")
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), tz=UTC)
    days = (until - now).days
    says = f"good for {days} days"
    if days >= _SOON_DAYS:
        return ok("certificate", says)
    return (warning if days >= _AT_ONCE_DAYS else broken)("certificate", says, "renew it; has its renewal stopped?")


def _reply(error: Exception) -> str:
    code = f" {error.smtp_code}" if isinstance(error, SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"
