"""`…/caregivers`: who else has access to the diary. Its owner decides; a caregiver may leave."""

from typing import Annotated
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access import circle
from diary.access.levels import Diary
from diary.api.account_shapes import Circle, Place
from diary.api.contract.description import operation
from diary.api.framework.if_match import expected_version
from diary.api.framework.pagination import PAGING, ListView
from diary.api.framework.parsers import json_body
from diary.api.framework.repeating import IDEMPOTENT
from diary.api.framework.view import ApiView, answered, done
from diary.format.validation import latest_date, validated
from diary.models.caregiver import Level
from diary.reaching.reachable import reachable

Email = Annotated[str, Meta(min_length=3, max_length=254, description=_("an email address"))]


class Invitation(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, and their level: `alerts` gets alerts, `read` can also read the diary, `log` can also write to
    it.
    """

    email: Email
    level: Level


class NewLevel(Struct, frozen=True, forbid_unknown_fields=True):
    """The caregiver's new level."""

    level: Level


class CaregiversView(ListView):
    """The care circle."""

    reach = {"GET": "own", "POST": "own"}
    repeatable = (*IDEMPOTENT, "POST")

    @operation("List the care circle", tag="Care circle", answers={200: Circle}, problems=[404], query=PAGING)
    def get(self, request: Request, patient: Diary) -> Response:
        """Everyone in the circle or invited to it, in the order of the invitations.

        `reachable` is false for a person whom no alert would reach now, and `patient_reachable` for the owner.
        """
        access = self.access(request)
        page = self.listed(request, circle.places(patient_id=access.patient_id), circle.presented_all)
        page.data["patient_reachable"] = bool(reachable(user_ids=[access.actor_id]))
        return page

    @operation(
        "Invite a caregiver",
        tag="Care circle",
        body=Invitation,
        answers={200: Place, 201: Place},
        problems=[403, 404, 409],
        versioned=True,
    )
    def post(self, request: Request, patient: Diary) -> Response:
        """Invites someone by email. Inviting them again sends a new email and invalidates the earlier code.

        Needs a recent sign-in or reauthentication.
        """
        access = self.access(request)
        now = timezone.now()
        given = validated(Invitation, json_body(request), latest=latest_date(now))
        self.proof(request).require()
        place, created = circle.invite(owner=access, email=given.email, level=given.level, now=now)
        self.noted = True
        return answered(circle.presented(place), status=201 if created else 200, version=place.version)


class CaregiverView(ApiView):
    """One place in the care circle."""

    reach = {"PATCH": "own", "DELETE": "alerts"}

    @operation(
        "Change a caregiver's level",
        tag="Care circle",
        body=NewLevel,
        answers={200: Place},
        problems=[403, 404, 412],
        versioned=True,
    )
    def patch(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Changes a caregiver's level with effect from the next request. Raising it needs a recent sign-in or
        reauthentication.
        """
        access = self.access(request)
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

    @operation("Remove a caregiver, or leave", tag="Care circle", answers={204: None}, problems=[404])
    def delete(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Removes a caregiver or withdraws an invitation, or leaves the circle. Takes effect with the next request."""
        access = self.access(request)
        circle.end(access=access, caregiver_id=id, now=timezone.now())
        return done()
