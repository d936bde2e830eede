"""`/account/links`: the links in messages to the caller that still work, and their end."""

from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.delivery.valid_links import LivingLinks, end_all_links, end_links, living_links
from diary.api.contract import operation
from diary.api.shapes import NextCursor
from diary.api.view import ApiView, answered, done
from diary.format.fields import Instant


class LinkedDiary(Struct, frozen=True):
    """Whose diary a message is about."""

    id: UUID
    name: str


class ShownLinks(Struct, frozen=True):
    """The links in one message: they open its alerts without signing in, or stop mails like it.

    `id` is the message's. `patient` is null when the caller may not know any more whose diary it is about; then the
    links show nothing.
    """

    id: UUID
    patient: LinkedDiary | None
    channel: Annotated[str, Meta(description="The way it was sent: `email`, `sms`, `push` and so on.")]
    sent_at: Instant
    opened_at: Annotated[Instant | None, Meta(description="When somebody first did something there, if they did.")]
    expires_at: Instant


class LinksList(Struct, frozen=True):
    """All messages whose links work, the newest first."""

    items: list[ShownLinks]
    next_cursor: NextCursor


class LinksView(ApiView):
    """All of them."""

    reach = {"GET": "account", "DELETE": "account"}

    @operation("List the links that work", tag="Account", answers={200: LinksList}, name="links_list")
    def get(self, request: Request) -> Response:
        """One item for each message of the last 30 days. No link is shown: who holds one has it."""
        caller = self.caller(request)
        found = living_links(user_id=caller.user_id, now=timezone.now())
        return answered({"items": [_presented(links) for links in found], "next_cursor": None})

    @operation("End every link", tag="Account", answers={204: None}, name="links_end")
    def delete(self, request: Request) -> Response:
        """No link in a message sent so far works any more. What is sent from now on has links that work."""
        caller = self.caller(request)
        end_all_links(user_id=caller.user_id)
        return done()


class LinkView(ApiView):
    """Those in one message."""

    reach = {"DELETE": "account"}

    @operation("End the links in one message", tag="Account", answers={204: None}, problems=[404], name="link_end")
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Both its links work no more. Raises Problem 404 for a message that was not sent to the caller."""
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
