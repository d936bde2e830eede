"""The ways on which a courtesy may reach a person: one after another, never two at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from alerts.channels import CHANNELS, Endpoint
from alerts.rules.tiers import Tier
from diary.reaching.preferences import channels_by_user

FREE: Final = ("push", "web_push", "email")
"""Tried after those that the person chose for what can wait; an SMS is not sent to who did not choose it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One endpoint of one channel."""

    channel: str
    endpoint: Endpoint

    @property
    def name(self) -> str:
        """What tells it from the person's other ways; it may be stored."""
        return f"{self.channel}:{self.endpoint.id}"


def ways_to(user_id: UUID) -> list[Way]:
    """All of them, in the order in which they are tried: what has reached the person before comes first."""
    return sorted(_ways(user_id), key=lambda way: not way.endpoint.proved)


def _ways(user_id: UUID) -> Iterator[Way]:
    chosen = channels_by_user(user_ids=[user_id], tier=Tier.SEE_DOCTOR)[user_id]
    for name in dict.fromkeys([*chosen, *FREE]):
        if CHANNELS[name].personal:
            for endpoint in CHANNELS[name].endpoints(user_id):
                yield Way(name, endpoint)
