"""Which way a telling takes to each person: the channels they chose for its tier, as far as these reach them.

What cannot wait goes through all of them at once. What can wait goes through the first that reaches the person, and
through the next one when that fails or no one looks. A browser or phone that nothing has reached yet may be none: until
one has proved itself, others are used as well, and so beside an endpoint that fails. One that is dead is used for what
cannot wait, and where nothing else is left. Machines are told beside, and never instead of a person.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from alerts.channels import CHANNELS
from alerts.delivery.recipients import Recipient
from alerts.delivery.unsubscribed import unsubscribed_from_mail
from alerts.models import Alert
from alerts.rules.tiers import Tier
from diary.reaching.endpoints import Failures, failures
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
    """One channel of a person with its endpoints. `proved` when one of them is and works; `dead` when none is left."""

    routes: Sequence[Route]
    proved: bool
    dead: bool = False


@dataclass(frozen=True, slots=True)
class _Person:
    """Someone to tell, the channels they chose, the one they unsubscribed from, and which endpoints fail."""

    recipient: Recipient
    names: Sequence[str]
    unwanted: str | None
    known: Failures


def first_routes(*, alert: Alert, recipients: Sequence[Recipient]) -> set[Route]:
    """The ways that a telling takes at first. Nothing for who switched the tier off.

    Someone whom none of their channels reaches is told by email, whatever they chose. Someone whom nothing reaches has
    one way all the same: it fails, and so everyone sees that they were not told.
    """
    routes: set[Route] = set()
    for person in _chosen(alert, recipients):
        pressing = Tier(alert.tier).is_pressing
        ways = _ways(person, person.names, pressing=pressing)
        taken = ways if pressing else _up_to_a_proved_one(ways)
        if _by_mail_too(person, alert) and not any(way.proved for way in ways) and (pressing or not ways):
            taken = [*taken, *_ways(person, [EMAIL], pressing=pressing)]
        routes.update(route for way in taken for route in way.routes)
        if person.names and not taken:
            routes.add(Route(person.recipient, EMAIL if EMAIL in person.names else person.names[0], ""))
        routes.update(route for name in person.names if not _personal(name) for route in _all_routes(person, name))
    return routes


def next_routes(*, alert: Alert, recipient: Recipient, tried: Collection[str], all_failed: bool) -> list[Route]:
    """The next way to a person after the channels that were tried; empty when there is none left.

    When all of them failed the last is email, whatever they chose.
    """
    for person in _chosen(alert, [recipient]):
        last = [EMAIL] if all_failed and _by_mail_too(person, alert) else []
        untried = [name for name in dict.fromkeys([*person.names, *last]) if name not in tried]
        for way in _ways(person, untried, pressing=Tier(alert.tier).is_pressing):
            return list(way.routes)
    return []


def other_routes(*, alert: Alert, recipient: Recipient, tried: Collection[str]) -> list[Route]:
    """All that a pressing telling can take beside `tried`: the channels of the person's choice, and email in any case
    but where they stopped it.
    """
    routes: list[Route] = []
    for person in _chosen(alert, [recipient]):
        untried = [name for name in dict.fromkeys([*person.names, EMAIL]) if name not in tried]
        routes += [route for way in _ways(person, untried, pressing=True) for route in way.routes]
    return routes


def other_ways(*, user_id: UUID, tier: Tier) -> list[str]:
    """The channels beside email through which a tier reaches a person now, in their order; machines are none."""
    names = channels_by_user(user_ids=[user_id], tier=tier)[user_id]
    person = _Person(Recipient(user_id), names, EMAIL, failures(user_ids=[user_id]))
    return [name for name in names if _ways(person, [name], pressing=False, dead=False)]


def _chosen(alert: Alert, recipients: Sequence[Recipient]) -> Iterator[_Person]:
    """Each person, with the channels they want to hear of the alert's tier through.

    Email is among them, whatever they chose, while another way may be cut off by a suspension
    (`diary.reaching.suspending`).
    """
    users = [recipient.user_id for recipient in recipients]
    chosen = channels_by_user(user_ids=users, tier=alert.tier)
    unsubscribed = unsubscribed_from_mail(patient_id=alert.patient_id, tier=alert.tier, user_ids=users)
    cut_off = may_be_cut_off(user_ids=[user for user in users if chosen[user] and EMAIL not in chosen[user]])
    known = failures(user_ids=users)
    for recipient in recipients:
        names = [*chosen[recipient.user_id], *([EMAIL] if recipient.user_id in cut_off else [])]
        yield _Person(recipient, names, EMAIL if recipient.user_id in unsubscribed else None, known)


def _by_mail_too(person: _Person, alert: Alert) -> bool:
    """Whether email may stand in for the channels of their choice: not where they switched the tier off."""
    return bool(person.names) and Tier(alert.tier) is not Tier.WATCH


def _ways(person: _Person, names: Iterable[str], *, pressing: bool, dead: bool = True) -> list[_Way]:
    """The ways to a person through these channels, apart from machines: the dead too, as far as these may be used."""
    ways = [_way(person, name, pressing) for name in names if _personal(name) and name != person.unwanted]
    living = [way for way in ways if way.routes and not way.dead]
    return living if (living and not pressing) or not dead else [way for way in ways if way.routes]


def _way(person: _Person, name: str, pressing: bool) -> _Way:
    user_id = person.recipient.user_id
    states = {one: person.known.state(user_id, name, one.id, one.address) for one in CHANNELS[name].endpoints(user_id)}
    living = [one for one, state in states.items() if state != "dead"]
    used = states if pressing or not living else living
    proved = any(one.proved and state == "works" for one, state in states.items())
    return _Way(tuple(Route(person.recipient, name, one.id) for one in used), proved, dead=not living)


def _all_routes(person: _Person, name: str) -> list[Route]:
    endpoints = CHANNELS[name].endpoints(person.recipient.user_id)
    return [Route(person.recipient, name, endpoint.id) for endpoint in endpoints]


def _up_to_a_proved_one(ways: Sequence[_Way]) -> Sequence[_Way]:
    """The first way, and those after it as long as none of them has proved itself."""
    first = next((place for place, way in enumerate(ways) if way.proved), len(ways))
    return ways[: first + 1]


def _personal(name: str) -> bool:
    return CHANNELS[name].personal
