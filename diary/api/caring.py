"""`/caring`: the diaries of others that the caller has access to."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from diary.access import circle
from diary.api.account_shapes import CaringList
from diary.api.contract import operation
from diary.api.view import ApiView, answered
from diary.models import Caregiver


class CaringView(ApiView):
    """The places that the caller has in the circles of others."""

    reach = {"GET": "account"}

    @operation("List the diaries of others", tag="Care circle", answers={200: CaringList})
    def get(self, request: Request) -> Response:
        """Every diary that the caller has access to, oldest first."""
        caller = self.caller(request)
        places = [presented(place) for place in circle.caring_of(user_id=caller.user_id)]
        return answered({"items": places, "next_cursor": None})


def presented(place: Caregiver) -> dict[str, Any]:
    """A place as the one who has it reads it; `caregiver` is the id to leave with."""
    return {
        "patient": place.patient_id,
        "name": place.patient.user.get_full_name(),
        "level": place.level,
        "since": place.accepted_at,
        "caregiver": place.id,
    }
