"""`/preferences/test`: a test message through the caller's channels, and how far it came."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils import timezone
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.courtesy.by_link import note_arrived, note_opened
from alerts.courtesy.trial import TESTABLE, newest_test, send_test
from alerts.delivery.receipts import ReceiptStatus
from alerts.models import Courtesy
from diary.api.contract.description import operation
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered, done
from diary.format.fields import Instant
from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import validated
from diary.problems import not_found
from diary.reaching.preferences import ChannelName


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Through which channel; without one, through all that reach the caller."""

    channel: ChannelName | None = None


class Arrival(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of the message on the device."""

    status: ReceiptStatus


Device = Annotated[UUID | None, Meta(description="The device it goes to; null where a channel has one address only.")]


class TestedWay(Struct, frozen=True):
    """One message: `accepted` by the provider, `arrived` on the device, `opened` by the person.

    Emails and SMS can only say that they were opened. `failed` is final.
    """

    delivery: UUID
    channel: str
    device: Device
    state: Literal["waiting", "accepted", "arrived", "opened", "failed"]
    asked_at: Instant
    accepted_at: Instant | None
    arrived_at: Instant | None
    opened_at: Instant | None


class TestedWays(Struct, frozen=True):
    """The latest test, one item for each destination; empty if nothing reaches the caller, or nothing was tested."""

    items: list[TestedWay]


class TrialView(ApiView):
    """The caller's own test."""

    reach = {"GET": "account", "POST": "account"}

    @operation(
        "Send a test message",
        tag="Account",
        body=Wanted,
        answers={202: TestedWays},
        problems=[429, 503],
        name="preferences_test_send",
    )
    def post(self, request: Request) -> Response:
        """Sends a message that is clearly a test through one channel, or through every channel that reaches the caller.

        Within a minute, the same test is not sent again. At most 10 a day. Webhooks have their own test
        (`/webhooks/{id}/verify`).
        """
        caller = self.caller(request)
        wanted = validated(Wanted, json_body(request), latest=date.max)
        if wanted.channel is not None and wanted.channel not in TESTABLE:
            said = Sentence(_("must be one of {words}"), words=", ".join(TESTABLE))
            raise Invalid([FieldError("/channel", "invalid_value", said)])
        sent = send_test(user_id=caller.user_id, channel=wanted.channel, now=timezone.now())
        return answered({"items": [_presented(one) for one in sent]}, status=HTTPStatus.ACCEPTED)

    @operation("Read how far the test came", tag="Account", answers={200: TestedWays}, name="preferences_test_read")
    def get(self, request: Request) -> Response:
        """The latest test of the last 60 days."""
        caller = self.caller(request)
        return answered({"items": [_presented(one) for one in newest_test(user_id=caller.user_id)]})


class ArrivalView(ApiView):
    """What became of one test message."""

    reach = {"POST": "account"}

    @operation(
        "Report that a test message was delivered or opened",
        tag="Account",
        body=Arrival,
        answers={204: None},
        problems=[404],
        name="preferences_test_receipt",
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """For the recipient; `id` is the `delivery` in the message. Idempotent, in any order."""
        caller = self.caller(request)
        receipt = validated(Arrival, json_body(request), latest=date.max)
        tested = Courtesy.objects.filter(pk=id, user_id=caller.user_id, kind="test").first()
        if tested is None:
            raise not_found()
        (note_opened if receipt.status == "opened" else note_arrived)(tested, now=timezone.now())
        return done()


def _presented(one: Courtesy) -> dict[str, Any]:
    reached = {"opened": one.opened_at, "arrived": one.delivered_at, "accepted": one.sent_at}
    over = "failed" if one.state in ("failed", "dropped") else "waiting"
    return {
        "delivery": one.pk,
        "channel": one.channel,
        "device": UUID(one.endpoint) if one.endpoint else None,
        "state": next((state for state, at in reached.items() if at), over),
        "asked_at": one.created_at,
        "accepted_at": one.sent_at,
        "arrived_at": one.delivered_at,
        "opened_at": one.opened_at,
    }
