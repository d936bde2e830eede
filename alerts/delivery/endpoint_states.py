"""Every endpoint of someone with its state, as they may see it themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alerts.channels import CHANNELS, Endpoint
from diary.models import FailingEndpoint
from diary.models.failing_endpoint import EndpointState, FailureReason
from diary.reaching.endpoints import failures, note_failing, note_working


@dataclass(frozen=True, slots=True)
class ShownEndpoint:
    """One endpoint: `id` is the device's or webhook's, empty where there is only one of the channel.

    `since` is when it began to fail, `reason` why; both are null while it works.
    """

    channel: str
    id: str
    state: EndpointState
    since: datetime | None
    reason: str | None


def endpoint_states(*, user_id: UUID) -> list[ShownEndpoint]:
    """Those that messages go to, and those that were retired since they are no more."""
    known = failures(user_ids=[user_id])
    shown = {(row.channel, row.endpoint): _shown(row.channel, row.endpoint, row) for row in known.gone()}
    for channel, endpoint in _in_use(user_id):
        row = known.of(user_id, channel, endpoint.id, endpoint.address)
        shown[channel, endpoint.id] = _shown(channel, endpoint.id, row)
    return sorted(shown.values(), key=lambda one: (one.channel, one.id))


def mark_endpoint(*, user_id: UUID, channel: str, endpoint_id: str, works: bool, now: datetime) -> bool:
    """Note that an endpoint works, or is dead until something arrives there or its owner does something about it.

    Someone was asked, and says so. Its owner is notified through others. False for one that is not in use.
    """
    way = CHANNELS.get(channel)
    endpoint = way.endpoint(user_id, endpoint_id) if way else None
    if endpoint is None:
        return False
    place = {"user_id": user_id, "channel": channel, "endpoint": endpoint.id, "address": endpoint.address}
    if works:
        note_working(**place, at=now)  # type: ignore[arg-type] # a mapping of two types
    else:
        reason: FailureReason = "bounced" if channel == "email" else "refused"
        note_failing(**place, reason=reason, dead=True, now=now)  # type: ignore[arg-type]
    return True


def _in_use(user_id: UUID) -> Iterator[tuple[str, Endpoint]]:
    for name, channel in CHANNELS.items():
        for endpoint in channel.endpoints(user_id):
            yield name, endpoint


def _shown(channel: str, id_: str, row: FailingEndpoint | None) -> ShownEndpoint:
    if row is None:
        return ShownEndpoint(channel, id_, "works", None, None)
    return ShownEndpoint(channel, id_, row.state, row.failing_since, row.reason)
