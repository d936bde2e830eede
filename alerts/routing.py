"""Which way a telling takes to each person: the channels they chose for its tier, as far as these reach them.

What cannot wait goes through all of them at once. What can wait goes through the first that reaches the person, and
through the next one when that fails or nobody looks. Machines are told beside, and never instead of a person.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from alerts.channels import CHANNELS
from alerts.models import Alert
from alerts.recipients import Recipient
from alerts.rules.tiers import Tier
from alerts.unwanted_mail import unsubscribed_from_mail
from diary.preferences import channels_by_user
from diary.suspending import may_be_cut_off

EMAIL: Final = "email"


class Route(NamedTuple):
    """One recipient, one channel, one endpoint of it."""

    recipient: Recipient
    channel: str
    endpoint: str


def first_routes(*, alert: Alert, recipients: Sequence[Recipient]) -> set[Route]:
    """The ways that a telling takes at first. Nothing for who switched the tier off.

    Somebody whom no channel reaches has one way all the same: it fails, and so everybody sees that they were not told.
    """
    routes: set[Route] = set()
    for recipient, names, unwanted in _chosen(alert, recipients):
        ways = [
            way for way in (_ways(recipient, name) for name in names if _personal(name) and name != unwanted) if way
        ]
        taken = ways if Tier(alert.tier).is_pressing else ways[:1]
        routes.update(route for way in taken for route in way)
        if names and not ways:
            routes.add(Route(recipient, EMAIL if EMAIL in names else names[0], ""))
        routes.update(route for name in names if not _personal(name) for route in _ways(recipient, name))
    return routes


def next_routes(*, alert: Alert, recipient: Recipient, tried: Collection[str]) -> list[Route]:
    """The next way to a person after the channels that were tried; empty when there is none left."""
    for _, names, unwanted in _chosen(alert, [recipient]):
        for name in names:
            if name not in tried and name != unwanted and _personal(name) and (way := _ways(recipient, name)):
                return way
    return []


def other_ways(*, user_id: UUID, tier: Tier) -> list[str]:
    """The channels beside e-mail through which a tier reaches a person now, in their order; machines are none."""
    names = channels_by_user(user_ids=[user_id], tier=tier)[user_id]
    return [name for name in names if name != EMAIL and _personal(name) and CHANNELS[name].endpoints(user_id)]


def _chosen(alert: Alert, recipients: Sequence[Recipient]) -> Iterator[tuple[Recipient, list[str], str | None]]:
    """Each person, the channels they want to hear of the alert's tier through, and the one they unsubscribed from.

    E-mail is among them, whatever they chose, while another way may be cut off by a suspension (`diary.suspending`).
    """
    users = [recipient.user_id for recipient in recipients]
    chosen = channels_by_user(user_ids=users, tier=alert.tier)
    unsubscribed = unsubscribed_from_mail(patient_id=alert.patient_id, tier=alert.tier, user_ids=users)
    cut_off = may_be_cut_off(user_ids=[user for user in users if chosen[user] and EMAIL not in chosen[user]])
    for recipient in recipients:
        names = [*chosen[recipient.user_id], *([EMAIL] if recipient.user_id in cut_off else [])]
        yield recipient, names, EMAIL if recipient.user_id in unsubscribed else None


def _ways(recipient: Recipient, name: str) -> list[Route]:
    return [Route(recipient, name, endpoint.id) for endpoint in CHANNELS[name].endpoints(recipient.user_id)]


def _personal(name: str) -> bool:
    return CHANNELS[name].personal
