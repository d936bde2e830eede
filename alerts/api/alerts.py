"""`…/alerts`: what was found, who was notified, and acknowledging it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.acting.acknowledge import NotTheirs, acknowledge, take_back
from alerts.delivery.receipts import record_receipt
from alerts.showing.shapes import ShownAlert
from alerts.showing.visible import as_shown, listed, shown, visible
from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.pagination import PAGING, ListView
from diary.api.framework.parsers import json_body
from diary.api.framework.repeating import IDEMPOTENT
from diary.api.framework.view import ApiView, answered
from diary.api.shapes import NextCursor
from diary.format.validation import validated
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found

NOT_THEIRS = _("Only the person who acknowledged this alert can undo it, within ten minutes.")

ForTheOthers = Annotated[str, Meta(min_length=1, max_length=500, description=_("text of 1 to 500 characters"))]


class Acknowledgement(Struct, frozen=True, forbid_unknown_fields=True):
    """Acknowledges an alert, with an optional note to the others, and the message that led there, which counts as
    opened.
    """

    note: ForTheOthers | None = None
    delivery: UUID | None = None


class Alerts(Struct, frozen=True):
    """One page of alerts."""

    items: list[ShownAlert]
    next_cursor: NextCursor


class AlertsView(ListView):
    """All alerts of a diary: open emergencies first, then the newest."""

    reach = {"GET": "alerts"}

    @operation("List alerts", tag="Alerts", answers={200: Alerts}, problems=[404], query=PAGING, name="alerts_list")
    def get(self, request: Request, patient: Diary) -> Response:
        """One page. Findings that came too late to be sent are included, as closed."""
        access = self.access(request)
        return self.listed(request, listed(access, now=timezone.now()), lambda page: as_shown(page, access))


class AlertView(ApiView):
    """One alert."""

    reach = {"GET": "alerts"}

    @operation("Read an alert", tag="Alerts", answers={200: ShownAlert}, problems=[404])
    def get(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """The alert with its evidence, as far as the reader may see it, and the state of each message."""
        access = self.access(request)
        return answered(shown(access, id, now=timezone.now()))


class AcknowledgeView(ApiView):
    """One person says: I'm helping now, or, the patient: I'm getting help."""

    reach = {"POST": "alerts", "DELETE": "alerts"}
    repeatable = (*IDEMPOTENT, "POST")
    resource = "alert"

    @operation(
        "Acknowledge an alert",
        tag="Alerts",
        body=Acknowledgement,
        answers={200: ShownAlert},
        problems=[404],
    )
    def post(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Acknowledges the alert for everyone; repeating it changes nothing. Returns the alert.

        This ends the alert and its escalation. Everyone who was alerted learns who is helping, with the `note`; "Were
        you seen?" is asked later. `delivery` marks the message that led here (one of the caller's own) as opened.
        """
        access = self.access(request)
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
        self.noted = acknowledge(
            patient_id=access.patient_id, alert_id=id, actor_id=access.actor_id, note=given.note, now=now
        )
        return answered(shown(access, id, now=timezone.now()))

    @operation("Undo an acknowledgement", tag="Alerts", answers={200: ShownAlert}, problems=[404, 409])
    def delete(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Reopens the alert; only for the person who acknowledged it, within ten minutes. Everyone is notified. Returns
        the alert.
        """
        access = self.access(request)
        before = shown(access, id, now=timezone.now())
        try:
            self.noted = take_back(
                patient_id=access.patient_id, alert_id=id, actor_id=access.actor_id, now=timezone.now()
            )
        except NotTheirs as refused:
            raise Problem(ProblemType.CANNOT_UNDO, NOT_THEIRS, members={"current": before}) from refused
        return answered(shown(access, id, now=timezone.now()))
