"""`/invitations/accept`: the invited one says yes, signed in and with the code from the mail."""

from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access import circle
from diary.api.account_shapes import Joined
from diary.api.caring import presented
from diary.api.contract.description import operation
from diary.api.framework.parsers import json_body
from diary.api.framework.repeating import IDEMPOTENT
from diary.api.framework.view import ApiView, answered
from diary.format.validation import latest_date, validated


class Acceptance(Struct, frozen=True, forbid_unknown_fields=True):
    """The code from the email."""

    token: Annotated[str, Meta(min_length=1, max_length=200, description=_("the code from the email"))]


class AcceptView(ApiView):
    """An invitation's acceptance."""

    reach = {"POST": "account"}
    repeatable = (*IDEMPOTENT, "POST")

    @operation(
        "Accept an invitation",
        tag="Care circle",
        body=Acceptance,
        answers={200: Joined},
        problems=[404, 409],
    )
    def post(self, request: Request) -> Response:
        """Joins the care circle. The answer is the diary as `/caring` lists it, with all open emergency and urgent
        alerts.
        """
        caller = self.caller(request)
        now = timezone.now()
        given = validated(Acceptance, json_body(request), latest=latest_date(now))
        accepted = circle.accept(user_id=caller.user_id, code=given.token, now=now)
        return answered(presented(accepted.place) | {"alerts": accepted.alerts})
