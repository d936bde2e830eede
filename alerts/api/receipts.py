"""`…/alerts/{id}/receipt`: an app says that a message arrived, or was opened."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Struct

from alerts.receipts import ReceiptStatus, record_receipt
from diary.access import Diary
from diary.api.contract import operation
from diary.api.requests import json_body, query
from diary.api.view import ApiView
from diary.problems import not_found
from diary.validating import validated


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """`delivery` is the id that the message came with."""

    delivery: UUID
    status: ReceiptStatus


class ReceiptView(ApiView):
    """What became of one message."""

    @operation(
        "Say that a message arrived or was opened", tag="Alerts", body=Receipt, answers={204: None}, problems=[404]
    )
    def post(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """By the one it was sent to; `opened` says that it arrived as well. Safe twice and in any order.

        A message that was not opened after a while is followed by one through the next channel.
        """
        access = self.access(request, patient, "alerts", noted=False)  # it shows and changes nothing of the diary
        query(request)
        receipt = validated(Receipt, json_body(request), latest=date.max)
        if not record_receipt(
            patient_id=access.patient_id,
            alert_id=id,
            delivery_id=receipt.delivery,
            recipient_id=access.actor_id,
            status=receipt.status,
            now=timezone.now(),
        ):
            raise not_found()
        return HttpResponse(status=204)
