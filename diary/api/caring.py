"""`/caring`: the diaries of others that the caller has access to."""

from typing import Any, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from diary.access import circle
from diary.api.account_shapes import CaringList
from diary.api.contract.description import operation
from diary.api.framework.pagination import PAGING, ListView
from diary.cursors import short_listing
from diary.models import Caregiver
from diary.reaching.reachable import is_reachable, reachable, with_places
from diary.statements import PreparedQuery

_PLACES: Final = PreparedQuery(
    lambda user_id: with_places(circle.caring_of(user_id=user_id), account="patient__user"), user_id=UUID
)


class CaringView(ListView):
    """The places that the caller has in the circles of others."""

    reach = {"GET": "account"}

    @operation("List the diaries of others", tag="Care circle", answers={200: CaringList}, query=PAGING)
    def get(self, request: Request) -> Response:
        """Every diary that the caller has access to, oldest first."""
        user_id = self.caller(request).user_id
        listing = short_listing(f"{user_id}:caring", _PLACES.fetch(user_id=user_id), key=_key)
        return self.listed(request, listing, lambda page: [_presented(one, reached=is_reachable(one)) for one in page])


def presented(place: Caregiver) -> dict[str, Any]:
    """A place as the one who has it reads it; `caregiver` is the id to leave with."""
    whose = place.patient.user_id
    return _presented(place, reached=whose in reachable(user_ids=[whose]))


def _presented(place: Caregiver, *, reached: bool) -> dict[str, Any]:
    return {
        "patient": place.patient_id,
        "name": place.patient.user.get_full_name(),
        "level": place.level,
        "since": place.accepted_at,
        "caregiver": place.id,
        "reachable": reached,
    }


def _key(place: Caregiver) -> list[int | str]:
    return [place.accepted_at.isoformat() if place.accepted_at else "", str(place.pk)]
