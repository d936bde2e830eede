"""Short messages to the phone number that someone has proved to be theirs (`diary.reaching.phones`)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from alerts.channels.channel import Channel, ChannelError, Endpoint
from alerts.messages.message import Message
from diary.limits.budgets import note_alert_by_sms
from diary.reaching.phones import proved_number
from diary.reaching.sms import SmsError, plain, sms_provider


class Sms(Channel):
    """Subject and link, in one message where they fit."""

    retries: ClassVar[Sequence[timedelta]] = (
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=2),
    )

    def endpoints(self, user_id: UUID) -> Sequence[Endpoint]:
        """The proved number."""
        number = proved_number(user_id=user_id) if sms_provider() else None
        return [Endpoint("", number)] if number else []

    def send(self, message: Message, endpoint: Endpoint) -> str:
        """Gives the provider's id. Raises ChannelError."""
        provider = sms_provider()
        if provider is None:
            raise ChannelError("no provider of SMS is set up")
        try:
            sent = provider.send(number=endpoint.address, text=f"{plain(message.subject)} {message.link}")
        except SmsError as error:
            raise ChannelError(
                error.detail,
                permanent=error.permanent,
                unconfirmed=error.unconfirmed,
                retry_after=error.retry_after,
            ) from error
        note_alert_by_sms()
        return sent
