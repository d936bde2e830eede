"""`…/alerts`: what was found, who was told, and the answer "I have seen it"."""

from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Struct

from alerts.acknowledging import acknowledge
from alerts.models import Alert
from alerts.presenting import ShownAlert, presented
from alerts.receipts import record_receipt
from alerts.rules.tiers import Tier
from diary.access import Access, Diary
from diary.api.contract import PAGING, operation
from diary.api.requests import Page, json_body, page, query
from diary.api.shapes import NextCursor
from diary.api.view import ApiView, answered
from diary.cursors import cursor, place
from diary.models import Patient
from diary.problems import not_found
from diary.validating import validated

_WATCH: Final = Q(tier=Tier.WATCH)


class Acknowledgement(Struct, frozen=True, forbid_unknown_fields=True):
    """That it was seen, and the message that led there, if one did: it was opened."""

    delivery: UUID | None = None


class Alerts(Struct, frozen=True):
    """One page of alerts."""

    items: list[ShownAlert]
    next_cursor: NextCursor


class AlertsView(ApiView):
    """All alerts of a diary, the newest first."""

    @operation("List alerts", tag="Alerts", answers={200: Alerts}, problems=[404], query=PAGING, name="alerts_list")
    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """One page of them. What was found too late to be sent is among them, as closed."""
        access = self.access(request, patient, "alerts")
        asked = page(query(request, "limit", "cursor"))
        found, next_cursor = _page(access, asked)
        return answered(Alerts(_presented(found, access), next_cursor))


class AlertView(ApiView):
    """One alert."""

    @operation("See an alert", tag="Alerts", answers={200: ShownAlert}, problems=[404])
    def get(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """The alert with its evidence, as far as the reader may see it, and what became of each message."""
        access = self.access(request, patient, "alerts")
        query(request)
        return answered(shown(access, id))


class AcknowledgeView(ApiView):
    """One person says: I have seen it."""

    actions = {"POST": "acknowledged"}
    resource = "alert"

    @operation(
        "Say that an alert was seen",
        tag="Alerts",
        body=Acknowledgement,
        answers={200: ShownAlert},
        problems=[404],
    )
    def post(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """Acknowledge for everyone; a second time changes nothing. Gives the alert.

        With `delivery`, the caller's own, that message was opened as well.
        """
        access = self.access(request, patient, "alerts")
        query(request)
        given = validated(Acknowledgement, json_body(request), latest=date.max)
        if not visible(access).filter(pk=id).exists():
            raise not_found()
        now = timezone.now()
        if given.delivery and not record_receipt(
            patient_id=access.patient_id,
            alert_id=id,
            delivery_id=given.delivery,
            recipient_id=access.actor_id,
            status="opened",
            now=now,
        ):
            raise not_found()
        acknowledge(patient_id=access.patient_id, alert_id=id, actor_id=access.actor_id, now=now)
        return answered(shown(access, id))


def visible(access: Access) -> QuerySet[Alert]:
    """A watch is for the patient alone, and while it lasts."""
    alerts = Alert.objects.filter(patient_id=access.patient_id).select_related("acknowledged_by", "outcome_by")
    return alerts.exclude(_WATCH & Q(state="closed")) if access.level == "own" else alerts.exclude(_WATCH)


def shown(access: Access, id_: UUID) -> ShownAlert:
    """One alert as the caller sees it. Raises Problem 404."""
    alert = visible(access).filter(pk=id_).first()
    if alert is None:
        raise not_found()
    return _presented([alert], access)[0]


def _page(access: Access, asked: Page) -> tuple[list[Alert], str | None]:
    within = f"{access.patient_id}:alerts"
    alerts = visible(access).order_by("-found_on", "-pk")
    if asked.cursor is not None:
        found_on, last = place(asked.cursor, within=within)
        alerts = alerts.filter(Q(found_on__lt=found_on) | Q(found_on=found_on, pk__lt=last))
    found = list(alerts[: asked.limit + 1])
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return shown, cursor([shown[-1].found_on, shown[-1].pk], within=within) if more else None


def _presented(alerts: list[Alert], access: Access) -> list[ShownAlert]:
    patient = Patient.objects.select_related("user").get(pk=access.patient_id)
    return presented(alerts, patient=patient, reader_id=access.actor_id, level=access.level, now=timezone.now())
