"""Short messages through a provider, whichever the installation has: one file each, chosen by `SMS_PROVIDER`."""

from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings

from diary.reaching.sms.letters import plain
from diary.reaching.sms.numbers import may_be_sent_to
from diary.reaching.sms.provider import SmsError, SmsProvider
from diary.reaching.sms.twilio import Twilio

PROVIDERS: Final[Mapping[str, Callable[[], SmsProvider]]] = {
    "twilio": Twilio,
}


def sms_provider() -> SmsProvider | None:
    """The provider; None where no SMS can be sent."""
    make = PROVIDERS.get(settings.SMS_PROVIDER)
    return None if make is None else make()


__all__ = ["PROVIDERS", "SmsError", "SmsProvider", "may_be_sent_to", "plain", "sms_provider"]
