"""Which way a telling takes to each person: the channels they chose for its tier, as far as these reach them.

What cannot wait goes through all of them at once. What can wait goes through the first that reaches the person, and
through the next one when that fails or no one looks. A browser or phone that nothing has reached yet may be none: until
one has proved itself, others are used as well. Machines are told beside, and never instead of a person.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from alerts.channels import CHANNELS
from alerts.delivery.recipients import Recipient
from alerts.delivery.unsubscribed import unsubscribed_from_mail
from alerts.models import Alert
from alerts.rules.tiers import Tier
from diary.reaching.preferences import channels_by_user
from diary.reaching.suspending import may_be_cut_off

EMAIL: Final = "email"


class Route(NamedTuple):
    """One recipient, one channel, one endpoint of it."""

    recipient: Recipient
    channel: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class _Way:
    """One channel of a person with all its endpoints; false when there are none. `proved` when one of them is."""

    routes: Sequence[Route]
    proved: bool

    def __bool__(self) -> bool:
        return bool(self.routes)


def first_routes(*, alert: Alert, recipients: Sequence[Recipient]) -> set[Route]:
    """The ways that a telling takes at first. Nothing for who switched the tier off.

    Someone whom no channel reaches has one way all the same: it fails, and so everyone sees that they were not told.
    """
    routes: set[Route] = set()
    for recipient, names, unwanted in _chosen(alert, recipients):
        ways = [way for way in (_way(recipient, name) for name in names if _personal(name) and name != unwanted) if way]
        taken = ways if Tier(alert.tier).is_pressing else _up_to_a_proved_one(ways)
        routes.update(route for way in taken for route in way.routes)
        if Tier(alert.tier).is_pressing and ways and not any(way.proved for way in ways):
            routes.update(other_routes(alert=alert, recipient=recipient, tried=names))
        if names and not ways:
            routes.add(Route(recipient, EMAIL if EMAIL in names else names[0], ""))
        routes.update(route for name in names if not _personal(name) for route in _way(recipient, name).routes)
    return routes


def next_routes(*, alert: Alert, recipient: Recipient, tried: Collection[str]) -> list[Route]:
    """The next way to a person after the channels that were tried; empty when there is none left."""
    for _, names, unwanted in _chosen(alert, [recipient]):
        for name in names:
            if name not in tried and name != unwanted and _personal(name) and (way := _way(recipient, name)):
                return list(way.routes)
    return []


def other_routes(*, alert: Alert, recipient: Recipient, tried: Collection[str]) -> list[Route]:
    """All that a pressing telling can take beside `tried`: the channels of the person's choice, and email in any case
    but where they stopped it.
    """
    routes: list[Route] = []
    for _, names, unwanted in _chosen(alert, [recipient]):
        for name in dict.fromkeys([*names, EMAIL]):
            if name not in tried and name != unwanted and _personal(name):
                routes += _way(recipient, name).routes
    return routes


def other_ways(*, user_id: UUID, tier: Tier) -> list[str]:
    """The channels beside email through which a tier reaches a person now, in their order; machines are none."""
    names = channels_by_user(user_ids=[user_id], tier=tier)[user_id]
    return [name for name in names if name != EMAIL and _personal(name) and CHANNELS[name].endpoints(user_id)]


def _chosen(alert: Alert, recipients: Sequence[Recipient]) -> Iterator[tuple[Recipient, list[str], str | None]]:
    """Each person, the channels they want to hear of the alert's tier through, and the one they unsubscribed from.

    Email is among them, whatever they chose, while another way may be cut off by a suspension
    (`diary.reaching.suspending`).
    """
    users = [recipient.user_id for recipient in recipients]
    chosen = channels_by_user(user_ids=users, tier=alert.tier)
    unsubscribed = unsubscribed_from_mail(patient_id=alert.patient_id, tier=alert.tier, user_ids=users)
    cut_off = may_be_cut_off(user_ids=[user for user in users if chosen[user] and EMAIL not in chosen[user]])
    for recipient in recipients:
        names = [*chosen[recipient.user_id], *([EMAIL] if recipient.user_id in cut_off else [])]
        yield recipient, names, EMAIL if recipient.user_id in unsubscribed else None


def _way(recipient: Recipient, name: str) -> _Way:
    endpoints = CHANNELS[name].endpoints(recipient.user_id)
    routes = tuple(Route(recipient, name, endpoint.id) for endpoint in endpoints)
    return _Way(routes, any(endpoint.proved for endpoint in endpoints))


def _up_to_a_proved_one(ways: Sequence[_Way]) -> Sequence[_Way]:
    """The first way, and those after it as long as none of them has proved itself."""
    first = next((place for place, way in enumerate(ways) if way.proved), len(ways))
    return ways[: first + 1]


def _personal(name: str) -> bool:
    return CHANNELS[name].personal
