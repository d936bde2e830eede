"""`…/alerts/{id}/outcome` and `…/snooze`: what the doctor said, and "not now"."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.acting.outcome import NotToBeClosed, give_outcome, say_not_yet
from alerts.delivery.snooze import CannotWait, snooze
from alerts.models.alert import Outcome
from alerts.showing.shapes import ShownAlert
from alerts.showing.visible import shown, visible
from diary.access.levels import Access, Diary
from diary.api.contract.description import operation
from diary.api.framework.parsers import json_body
from diary.api.framework.repeating import IDEMPOTENT
from diary.api.framework.view import ApiView, answered
from diary.format.fields import Instant
from diary.format.validation import validated
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found

NOTHING_TO_CLOSE = _("This alert was never sent, was withdrawn, or only asks to keep logging, so it takes no outcome.")


CANNOT_WAIT = _("An emergency or urgent alert can't be snoozed.")


class GivenOutcome(Struct, frozen=True, forbid_unknown_fields=True):
    """What the doctor said, that there was no visit, or only whether the person was seen."""

    outcome: Literal[Outcome, "not_yet"]


class Snoozing(Struct, frozen=True, forbid_unknown_fields=True):
    """Until when; at most 30 days ahead."""

    until: Instant


class OutcomeView(ApiView):
    """What came of an alert."""

    reach = {"POST": "alerts"}
    repeatable = (*IDEMPOTENT, "POST")
    resource = "alert"

    @operation(
        "Record the outcome of an alert",
        tag="Alerts",
        body=GivenOutcome,
        answers={200: ShownAlert},
        problems=[404, 409],
    )
    def post(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Closes the alert for everyone, or corrects its outcome. Returns the alert.

        `not_serious`, `being_investigated` and `serious` need the level `log`: they are stored in the diary as a
        doctor's visit about this pain, today. `did_not_go` needs `log` as well: the question is asked once more after
        two weeks, if the pattern is still there. `seen` and `not_yet` need the level `alerts` and store nothing;
        `not_yet` reopens the alert for everyone.
        """
        access = self.access(request)
        given = validated(GivenOutcome, json_body(request), latest=date.max)
        if given.outcome not in ("seen", "not_yet"):
            access.require("log")
        now = timezone.now()
        before = shown(access, id, now=now)
        try:
            self.noted = _answer(access, id, given.outcome, now)
        except NotToBeClosed as refused:
            raise Problem(ProblemType.NO_OUTCOME, NOTHING_TO_CLOSE, members={"current": before}) from refused
        return answered(shown(access, id, now=timezone.now()))


def _answer(access: Access, alert_id: UUID, outcome: Literal[Outcome, "not_yet"], now: datetime) -> bool:
    patient_id, actor_id = access.patient_id, access.actor_id
    if outcome == "not_yet":
        return say_not_yet(patient_id=patient_id, alert_id=alert_id, actor_id=actor_id, now=now)
    return give_outcome(patient_id=patient_id, alert_id=alert_id, actor_id=actor_id, outcome=outcome, now=now)


class SnoozeView(ApiView):
    """One person wants to hear nothing more of an alert for a while."""

    reach = {"POST": "alerts"}
    resource = "alert"

    @operation("Snooze an alert", tag="Alerts", body=Snoozing, answers={200: ShownAlert}, problems=[404, 409])
    def post(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Holds back messages about the alert, for the caller only. Replaces an earlier snooze. Returns the alert.

        An emergency or urgent alert can't be snoozed.
        """
        access = self.access(request)
        given = validated(Snoozing, json_body(request), latest=date.max)
        alert = visible(access).filter(pk=id).first()
        if alert is None:
            raise not_found()
        try:
            self.noted = snooze(alert=alert, user_id=access.actor_id, until=given.until, now=timezone.now())
        except CannotWait as refused:
            current = shown(access, id, now=timezone.now())
            raise Problem(ProblemType.CANNOT_SNOOZE, CANNOT_WAIT, members={"current": current}) from refused
        return answered(shown(access, id, now=timezone.now()))
