"""`…/alerts/{id}/receipt`: an app says that a message arrived, was opened, or was read."""

from datetime import date
from typing import Literal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.acting.read import mark_read
from alerts.delivery.receipts import ReceiptStatus, record_receipt
from alerts.showing.visible import visible
from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, done
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import validated
from diary.problems import not_found


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """`delivery` is the id in the message; `read` may leave it out, in a list of alerts."""

    status: ReceiptStatus | Literal["read"]
    delivery: UUID | None = None


class ReceiptView(ApiView):
    """What became of one message, or of the alert for one reader."""

    reach = {"POST": "alerts"}

    @operation(
        "Report that a message was delivered, opened or read",
        tag="Alerts",
        body=Receipt,
        answers={204: None},
        problems=[404],
    )
    def post(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """For the recipient of the message. Idempotent, in any order.

        `opened` implies delivered. A message that stays unopened is followed by one through the next channel. `read`
        ("I've read this") ends only the reader's own repeats; if everyone has read the alert and no one has
        acknowledged it, the next round goes to all of them again.
        """
        access = self.access(request)
        receipt = validated(Receipt, json_body(request), latest=date.max)
        if receipt.status != "read" and receipt.delivery is None:
            raise Invalid([FieldError("/delivery", "required", _("is required"))])
        if not visible(access).filter(pk=id).exists():
            raise not_found()
        now = timezone.now()
        if receipt.delivery and not record_receipt(
            patient_id=access.patient_id,
            alert_id=id,
            delivery_id=receipt.delivery,
            recipient_id=access.actor_id,
            status="opened" if receipt.status == "read" else receipt.status,
            now=now,
        ):
            raise not_found()
        if receipt.status == "read":
            mark_read(patient_id=access.patient_id, alert_id=id, reader_id=access.actor_id, now=now)
        return done()
