"""`/account/links`: the links in messages to the caller that still work, and their end."""

from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.delivery.valid_links import LivingLinks, end_all_links, end_links, living_links
from diary.api.contract.description import operation
from diary.api.framework.pagination import PAGING, ListView
from diary.api.framework.view import ApiView, done
from diary.api.shapes import NextCursor
from diary.cursors import short_listing
from diary.format.fields import Instant


class LinkedDiary(Struct, frozen=True):
    """Whose diary a message is about."""

    id: UUID
    name: str


class ShownLinks(Struct, frozen=True):
    """The links in one message, which open its alerts without signing in or stop emails like it.

    `id` is the message's. `patient` is null if the caller no longer has access to the diary; the links then show
    nothing.
    """

    id: UUID
    patient: LinkedDiary | None
    channel: Annotated[str, Meta(description="How it was sent: `email`, `sms`, `push` and so on.")]
    sent_at: Instant
    opened_at: Annotated[Instant | None, Meta(description="When someone first used one of the links, if anyone has.")]
    expires_at: Instant


class LinksList(Struct, frozen=True):
    """All messages with active links, newest first."""

    items: list[ShownLinks]
    next_cursor: NextCursor


class LinksView(ListView):
    """All of them."""

    reach = {"GET": "account", "DELETE": "account"}

    @operation("List active links", tag="Account", answers={200: LinksList}, query=PAGING, name="links_list")
    def get(self, request: Request) -> Response:
        """One item for each message of the last 30 days. The links themselves are not shown."""
        caller = self.caller(request)
        found = living_links(user_id=caller.user_id, now=timezone.now())
        newest_first = short_listing(f"{caller.user_id}:links", found, key=_newest_first)
        return self.listed(request, newest_first, lambda page: [_presented(links) for links in page])

    @operation("Revoke all links", tag="Account", answers={204: None}, name="links_end")
    def delete(self, request: Request) -> Response:
        """Revokes the links in all messages sent so far. Later messages get new links."""
        caller = self.caller(request)
        end_all_links(user_id=caller.user_id)
        return done()


class LinkView(ApiView):
    """Those in one message."""

    reach = {"DELETE": "account"}

    @operation("Revoke the links in one message", tag="Account", answers={204: None}, problems=[404], name="link_end")
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Revokes both links in the message. Raises Problem 404 for a message that was not sent to the caller."""
        caller = self.caller(request)
        end_links(user_id=caller.user_id, message_id=id, now=timezone.now())
        return done()


def _presented(links: LivingLinks) -> dict[str, Any]:
    patient = None if links.about is None else {"id": links.about, "name": links.name}
    return {
        "id": links.id,
        "patient": patient,
        "channel": links.channel,
        "sent_at": links.sent_at,
        "opened_at": links.opened_at,
        "expires_at": links.expires_at,
    }


def _newest_first(links: LivingLinks) -> list[int | str]:
    return [-int(links.sent_at.timestamp() * 1_000_000), str(links.id)]
