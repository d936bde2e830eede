"""Handing a message over to an endpoint, and noting what that shows of it: it works, fails, or is no more."""

from datetime import datetime
from uuid import UUID

from alerts.channels import CHANNELS, ChannelError, Endpoint
from alerts.messages.message import Message
from diary.reaching.endpoints import note_failing, note_taken


def hand_over(message: Message, *, to: UUID, channel: str, endpoint: Endpoint, now: datetime) -> str:
    """Send it to an endpoint of the account `to`; gives the provider's id for it. Raises ChannelError.

    One that is gone is retired.
    """
    try:
        provider_id = CHANNELS[channel].send(message, endpoint)
    except ChannelError as error:
        if error.permanent:
            note_failing(
                user_id=to,
                channel=channel,
                endpoint=endpoint.id,
                address=endpoint.address,
                reason="gone" if error.gone else "refused",
                dead=error.gone,
                now=now,
            )
        if error.gone:
            CHANNELS[channel].retire(user_id=to, endpoint=endpoint)
        raise
    note_taken(user_id=to, channel=channel, endpoint=endpoint.id, address=endpoint.address)
    return provider_id


def note_exhausted(user_id: UUID, channel: str, endpoint: Endpoint, *, now: datetime) -> None:
    """No attempt to send a message there was taken."""
    note_failing(
        user_id=user_id,
        channel=channel,
        endpoint=endpoint.id,
        address=endpoint.address,
        reason="not_taken",
        dead=False,
        now=now,
    )
