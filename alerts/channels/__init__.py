"""How people are reached: one file a channel, all of them listed here."""

from collections.abc import Mapping
from typing import Final

from alerts.channels.channel import Channel, ChannelError, Endpoint
from alerts.channels.email import Email
from alerts.channels.push import Push
from alerts.channels.sms import Sms
from alerts.channels.web_push import WebPush
from alerts.channels.webhook import Webhook

CHANNELS: Final[Mapping[str, Channel]] = {
    "push": Push(),
    "web_push": WebPush(),
    "email": Email(),
    "sms": Sms(),
    "webhook": Webhook(),
}

__all__ = ["CHANNELS", "Channel", "ChannelError", "Endpoint"]
