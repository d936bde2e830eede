"""`…/caregivers`: who else may hear of or see the diary. Its owner decides; a caregiver may leave."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Meta, Struct

from diary.access import circle
from diary.access.levels import Diary
from diary.api.account_shapes import Circle, Place
from diary.api.contract import operation
from diary.api.repeating import IDEMPOTENT
from diary.api.requests import expected_version, json_body, query
from diary.api.view import ApiView, answered
from diary.format.validation import latest_date, validated
from diary.models.caregiver import Level

Email = Annotated[str, Meta(min_length=3, max_length=254, description="an e-mail address")]


class Invitation(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, and how far they may reach: `alerts` hears, `read` also sees, `log` also writes."""

    email: Email
    level: Level


class NewLevel(Struct, frozen=True, forbid_unknown_fields=True):
    """How far somebody may reach from now on."""

    level: Level


class CaregiversView(ApiView):
    """The care circle."""

    repeatable = (*IDEMPOTENT, "POST")

    @operation("See the care circle", tag="Care circle", answers={200: Circle}, problems=[404])
    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """Everybody with a place or an invitation; a circle is small, so there is one page."""
        access = self.access(request, patient, "own")
        query(request)
        places = [circle.presented(place) for place in circle.circle(patient_id=access.patient_id)]
        return answered({"items": places, "next_cursor": None})

    @operation(
        "Invite somebody",
        tag="Care circle",
        body=Invitation,
        answers={200: Place, 201: Place},
        problems=[403, 404, 409],
        versioned=True,
    )
    def post(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """Invite somebody by e-mail; inviting again sends a new mail, and the code of the earlier one is dead.

        Needs fresh proof of who is asking.
        """
        access = self.access(request, patient, "own")
        query(request)
        now = timezone.now()
        given = validated(Invitation, json_body(request), latest=latest_date(now))
        self.proof(request).require()
        place, created = circle.invite(owner=access, email=given.email, level=given.level, now=now)
        self.noted = True
        return answered(circle.presented(place), status=201 if created else 200, version=place.version)


class CaregiverView(ApiView):
    """One place in the care circle."""

    @operation(
        "Change how far somebody may reach",
        tag="Care circle",
        body=NewLevel,
        answers={200: Place},
        problems=[403, 404, 412],
        versioned=True,
    )
    def patch(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """Change how far somebody may reach, from the next request on. Further needs fresh proof of who is asking."""
        access = self.access(request, patient, "own")
        query(request)
        now = timezone.now()
        level = validated(NewLevel, json_body(request), latest=latest_date(now)).level
        place, self.noted = circle.change_level(
            owner=access,
            caregiver_id=id,
            level=level,
            expected=expected_version(request),
            proof=self.proof(request),
            now=now,
        )
        return answered(circle.presented(place), version=place.version)

    @operation("Revoke a place, or leave", tag="Care circle", answers={204: None}, problems=[404])
    def delete(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """Revoke a place or an invitation, or leave one's own place: over from the next request on."""
        access = self.access(request, patient, "alerts")
        query(request)
        circle.end(access=access, caregiver_id=id, now=timezone.now())
        return HttpResponse(status=204)
