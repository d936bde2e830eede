"""`…/escalation`: who is notified first, how long to wait, and who is next."""

from django.utils import timezone
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.escalation.plan import Order, Policy, Repetition
from alerts.escalation.policy import change_policy, stored_policy
from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.if_match import expected_version
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered
from diary.format.validation import latest_date, validated


class ShownPolicy(Struct, frozen=True):
    """The stored policy, or the default."""

    emergency: Repetition
    urgent: Repetition
    see_doctor: Order
    version: int


class EscalationView(ApiView):
    """The policy of a diary, its owner's alone."""

    reach = {"GET": "own", "PUT": "own"}

    @operation("Read the escalation policy", tag="Alerts", answers={200: ShownPolicy}, problems=[404], versioned=True)
    def get(self, request: Request, patient: Diary) -> Response:
        """What happens in each tier until someone acts. Two weeks later everyone is reminded."""
        access = self.access(request)
        standing = stored_policy(patient_id=access.patient_id)
        return answered(standing.presented(), version=standing.version)

    @operation(
        "Change the escalation policy",
        tag="Alerts",
        body=Policy,
        answers={200: ShownPolicy},
        problems=[404, 412],
        versioned=True,
    )
    def put(self, request: Request, patient: Diary) -> Response:
        """Applies to alerts that open from now on. Emergency and urgent alerts always go to everyone immediately: only
        their waits and rounds can be changed.
        """
        access = self.access(request)
        now = timezone.now()
        standing, self.noted = change_policy(
            patient_id=access.patient_id,
            actor_id=access.actor_id,
            given=validated(Policy, json_body(request), latest=latest_date(now)),
            expected=expected_version(request),
            now=now,
        )
        return answered(standing.presented(), version=standing.version)
