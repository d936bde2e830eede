"""`/account/review`: what the owner looks through after throwing everyone out of the account, and says is theirs."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.utils import timezone
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.api.webhooks import Nothing
from alerts.review import Item, Kind, confirm, remove, waiting_items
from diary.api.account_shapes import Suspended
from diary.api.contract.description import operation
from diary.api.framework.pagination import PAGING, ListView
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, done
from diary.api.shapes import NextCursor
from diary.cursors import short_listing
from diary.format.fields import Instant
from diary.format.validation import validated

Resource = Annotated[UUID | None, Meta(description="The id of the device, webhook or caregiver; null for the number.")]
Shown = Annotated[str, Meta(description="How the owner recognises it; tokens, numbers and addresses are shortened.")]


class ReviewItem(Struct, frozen=True):
    """A destination of alerts, or a person in the care circle, for the owner to confirm or remove."""

    id: UUID
    kind: Kind
    resource: Resource
    shown: Shown
    added_at: Instant | None
    suspended: Suspended


class ReviewList(Struct, frozen=True):
    """Everything that needs confirmation, suspended items first."""

    items: list[ReviewItem]
    next_cursor: NextCursor


class ReviewView(ListView):
    """All of it."""

    reach = {"GET": "account"}

    @operation(
        "List what needs confirmation", tag="Account", answers={200: ReviewList}, query=PAGING, name="review_list"
    )
    def get(self, request: Request) -> Response:
        """After a new password or signing out everywhere: devices, webhooks, the phone number and the care circle.

        Nothing is sent to `suspended` ones until they are confirmed; meanwhile alerts still go to the owner's email
        address and to the care circle. Storing the app's device again after signing in confirms that device. The list
        is empty once everything has been confirmed or removed.
        """
        caller = self.caller(request)
        waiting = short_listing(f"{caller.user_id}:review", waiting_items(user_id=caller.user_id), key=_suspended_first)
        return self.listed(request, waiting, list)


class ReviewItemView(ApiView):
    """One of them."""

    reach = {"DELETE": "account"}

    @operation("Remove an unconfirmed item", tag="Account", answers={204: None}, problems=[404], name="review_remove")
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Deletes the device, webhook or phone number, or ends the caregiver's access to the diary."""
        caller = self.caller(request)
        remove(user_id=caller.user_id, item_id=id, now=timezone.now())
        return done()


class ConfirmView(ApiView):
    """The owner's word for one of them."""

    reach = {"POST": "account"}

    @operation(
        "Confirm an item",
        tag="Account",
        body=Nothing,
        answers={204: None},
        problems=[403, 404],
        name="review_confirm",
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Messages are sent there again, and it leaves the list. Needs a recent sign-in or reauthentication."""
        caller = self.caller(request)
        validated(Nothing, json_body(request), latest=date.max)
        if any(item.id == id for item in waiting_items(user_id=caller.user_id)):
            self.proof(request).require()
        confirm(user_id=caller.user_id, item_id=id, now=timezone.now())
        return done()


def _suspended_first(item: Item) -> list[int | str]:
    return [int(not item.suspended), item.kind, item.added_at.isoformat() if item.added_at else "", str(item.id)]
