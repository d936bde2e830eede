"""Every endpoint of someone with its state, as they may see it themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alerts.channels import CHANNELS, Endpoint
from diary.models import FailingEndpoint
from diary.models.failing_endpoint import EndpointState
from diary.reaching.endpoints import failures


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


def _in_use(user_id: UUID) -> Iterator[tuple[str, Endpoint]]:
    for name, channel in CHANNELS.items():
        for endpoint in channel.endpoints(user_id):
            yield name, endpoint


def _shown(channel: str, id_: str, row: FailingEndpoint | None) -> ShownEndpoint:
    if row is None:
        return ShownEndpoint(channel, id_, "works", None, None)
    return ShownEndpoint(channel, id_, row.state, row.failing_since, row.reason)
