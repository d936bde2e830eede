"""Email over SMTP, to whatever server `EMAIL_URL` names, or through the API of the `EMAIL_PROVIDER` (Anymail).

A reply of 4xx and every trouble with the connection is tried again for two days; 5xx to the recipient or to the mail
itself is final (RFC 5321, section 4.2.1). What our own server refuses us (sign-in, sender) is no fault of the
recipient and is tried again, so that mending it is enough. Of a provider's errors only a refused recipient is final.
"""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta
from email.utils import parseaddr
from typing import ClassVar
from uuid import UUID

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from requests.exceptions import ConnectTimeout

from alerts.channels.channel import Channel, ChannelError, Endpoint
from alerts.messages.message import Message
from alerts.outbound import retry_after
from diary.reaching.mailboxes import mailbox_of

_kept: ContextVar[list[BaseEmailBackend] | None] = ContextVar("kept", default=None)


class Email(Channel):
    """One mail for one recipient, so that a refused one holds back no one else."""

    # 48 hours in all, as mail servers themselves keep trying (RFC 5321, section 4.5.4.1, asks for four to five days
    # between servers; an alert that is two days late is better told through another channel).
    retries: ClassVar[Sequence[timedelta]] = (
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=2),
        *[timedelta(hours=4)] * 11,
    )

    def endpoints(self, user_id: UUID) -> Sequence[Endpoint]:
        """The verified address."""
        address = mailbox_of(user_id=user_id)
        return [Endpoint("", address)] if address else []

    def send(self, message: Message, endpoint: Endpoint) -> str:
        """Gives the Message-ID, made from the reference and so the same for every copy, or a provider's own id."""
        message_id = f"<{message.reference}@{_domain()}>"
        mail = EmailMultiAlternatives(
            message.subject,
            message.text,
            settings.DEFAULT_FROM_EMAIL,
            [endpoint.address],
            headers={"Message-ID": message_id, **_headers(message)},
        )
        mail.attach_alternative(message.html, "text/html")
        mail.metadata = {"reference": message.reference}  # type: ignore[attr-defined] # a provider says it again
        with _connection() as connection, _replies_understood(unconfirmed=True):
            connection.send_messages([mail])
        status = getattr(mail, "anymail_status", None)
        return (status and status.message_id) or message_id


@contextmanager
def one_connection() -> Iterator[None]:
    """Mails sent meanwhile, one after another, share a connection as long as it gives no trouble."""
    kept: list[BaseEmailBackend] = []
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        for connection in kept:
            _close(connection)


@contextmanager
def _connection() -> Iterator[BaseEmailBackend]:
    """An open connection; closed at the end, unless it is kept for the next mail. Raises ChannelError without one."""
    kept = _kept.get()
    connection = kept.pop() if kept else _opened()
    with ExitStack() as at_the_end:
        at_the_end.callback(_close, connection)
        yield connection
        if kept is not None:
            kept.append(connection)
            at_the_end.pop_all()


def _opened() -> BaseEmailBackend:
    connection: BaseEmailBackend = get_connection()
    with _replies_understood(unconfirmed=False):
        connection.open()
    return connection


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError):  # the mail is taken by now, or it is not: a failing goodbye changes neither
        connection.close()


def _headers(message: Message) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": message.language}
    if message.unsubscribe:  # one click, without a question (RFC 8058)
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


@contextmanager
def _replies_understood(*, unconfirmed: bool) -> Iterator[None]:
    """Turn what the mail server says, or that it says nothing, into a ChannelError."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(next(iter(error.recipients.values()))[0]) from error
    except smtplib.SMTPDataError as error:
        raise _refused(error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise ChannelError("the mail server cannot deliver to this kind of address", permanent=True) from error
    except smtplib.SMTPResponseException as error:
        raise ChannelError(f"SMTP {error.smtp_code} to us") from error
    except (AnymailRecipientsRefused, AnymailInvalidAddress) as error:
        raise ChannelError("the mail provider cannot deliver to this address", permanent=True) from error
    except AnymailError as error:
        raise _not_taken(error) from error
    except OSError as error:
        raise ChannelError(f"connection: {type(error).__name__}", unconfirmed=unconfirmed) from error


def _refused(code: int) -> ChannelError:
    return ChannelError(f"SMTP {code}", permanent=500 <= code < 600)


def _not_taken(error: AnymailError) -> ChannelError:
    """What a provider answered, or that it did not; an answer that no one could read may have been a yes."""
    status = error.status_code
    if status is None:
        nobody_there = isinstance(error, ConnectTimeout) or not isinstance(error, AnymailAPIError)
        return ChannelError(f"mail provider: {type(error.__cause__ or error).__name__}", unconfirmed=not nobody_there)
    asked = None if error.response is None else error.response.headers.get("Retry-After")
    return ChannelError(
        f"mail provider {status}",
        unconfirmed=200 <= status < 300,
        retry_after=retry_after(asked, now=timezone.now()),
    )


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
