"""Twilio's Messages API (https://www.twilio.com/docs/messaging/api/message-resource)."""

from datetime import timedelta
from typing import Final

import httpx
import msgspec
from django.conf import settings
from msgspec import Struct

from diary.reaching.sms.provider import SmsError, SmsProvider

_PATIENCE: Final = httpx.Timeout(10.0, connect=5.0)  # seconds for each wait
_NEVER: Final = frozenset(
    {
        21211,  # no valid number
        21214,  # nor one that can be reached
        21217,  # nor one at all
        21610,  # its owner answered STOP
        21612,  # no way from our sender to it
        21614,  # no mobile
        30004,  # blocked
        30005,  # unknown
        30006,  # a landline, or a carrier that takes none
    }
)
"""What is about the number, and stays so. Everything else is tried again: most of it is about us, and can be mended."""


class _Answer(Struct, frozen=True):
    sid: str = ""
    code: int | None = None
    error_code: int | None = None


class Twilio(SmsProvider):
    """Set up by `TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN` and `SMS_SENDER`: a number, or a messaging service (MG…)."""

    def send(self, *, number: str, text: str) -> str:
        """Gives the message's SID. A copy is a second message: Twilio knows no key by which to tell one."""
        sender = settings.SMS_SENDER
        account = settings.TWILIO_ACCOUNT_SID
        try:
            answer = httpx.post(
                f"{settings.TWILIO_URL}/2010-04-01/Accounts/{account}/Messages.json",
                data={"To": number, "Body": text, _kind(sender): sender},
                auth=(account, settings.TWILIO_AUTH_TOKEN),
                timeout=_PATIENCE,
                trust_env=False,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SmsError(f"connection: {type(error).__name__}") from error
        except httpx.TransportError as error:
            raise SmsError(f"connection: {type(error).__name__}", unconfirmed=True) from error
        return _sid(answer)


def _kind(sender: str) -> str:
    return "MessagingServiceSid" if sender.startswith("MG") else "From"


def _sid(answer: httpx.Response) -> str:
    """The id of what was taken. Raises SmsError for what was not, or was and then failed at once."""
    told = _told(answer)
    code = told.code or told.error_code
    if answer.is_success and code is None:
        return told.sid
    raise SmsError(
        f"Twilio {answer.status_code}" + (f" {code}" if code else ""),
        permanent=code in _NEVER,
        retry_after=_wait(answer.headers.get("retry-after", "")),
    )


def _told(answer: httpx.Response) -> _Answer:
    try:
        return msgspec.json.decode(answer.content, type=_Answer)
    except msgspec.DecodeError:
        return _Answer()


def _wait(seconds: str) -> timedelta | None:
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdecimal() and len(seconds) < 6 else None
