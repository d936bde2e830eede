"""`/account/endpoints`: everything that messages to the caller go to, and whether it works."""

from dataclasses import asdict
from typing import Annotated

from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.delivery.endpoint_states import endpoint_states
from diary.api.contract.description import operation
from diary.api.framework.pagination import PAGING, ListView
from diary.api.shapes import NextCursor
from diary.cursors import short_listing
from diary.format.fields import Instant
from diary.models.choices import one_of
from diary.models.failing_endpoint import EndpointState, FailureReason

_State = Annotated[str, one_of(EndpointState)]
_Reason = Annotated[str, one_of(FailureReason)]


class ShownEndpoint(Struct, frozen=True):
    """A mailbox, phone, browser, number or server that messages go to.

    `id` is that of the device or webhook, and empty for the mailbox and the number. One that is `failing` is tried, and
    others beside it; one that is `dead` is tried for emergencies and urgent alerts, or if nothing else is left. `since`
    and `reason` say since when and why, and are null while it works.
    """

    channel: Annotated[str, Meta(description="`email`, `sms`, `push`, `web_push` or `webhook`.")]
    id: str
    state: _State
    since: Instant | None
    reason: _Reason | None


class EndpointList(Struct, frozen=True):
    """All of them."""

    items: list[ShownEndpoint]
    next_cursor: NextCursor


class EndpointsView(ListView):
    """Those of the caller."""

    reach = {"GET": "account"}

    @operation("List what messages go to", tag="Account", answers={200: EndpointList}, query=PAGING)
    def get(self, request: Request) -> Response:
        """Ordered by channel and id. A device whose app is signed out is not among them."""
        caller = self.caller(request)
        found = endpoint_states(user_id=caller.user_id)
        listing = short_listing(f"{caller.user_id}:endpoints", found, key=lambda one: [one.channel, one.id])
        return self.listed(request, listing, lambda page: [asdict(one) for one in page])
