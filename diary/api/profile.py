"""`…/profile`: who the diary is about."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access.levels import Access, Diary
from diary.access.log import Line
from diary.api.contract.description import operation
from diary.api.framework.exception_handler import as_problem
from diary.api.framework.if_match import expected_version
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered
from diary.api.shapes import StoredProfile, WrittenProfile
from diary.format.fields import Profile
from diary.format.salvage import salvaged_profile
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date, validated
from diary.problems import Problem, not_found
from diary.recording.profile import Changed, change_profile, read_profile
from diary.screening_port import screening
from diary.versions import Expected

_BY_CAREGIVERS: Final = frozenset({"paused_until"})
"""What a caregiver with `log` may change: the patient may be in hospital, or have died."""


class ProfileView(ApiView):
    """The profile: read by those who may read the diary, changed by its owner; a pause by who may write it, too."""

    reach = {"GET": "read", "PATCH": "log"}

    @operation("Read the profile", tag="Profile", answers={200: StoredProfile}, problems=[404], versioned=True)
    def get(self, request: Request, patient: Diary) -> Response:
        """The profile; unanswered fields are null."""
        access = self.access(request)
        profile = read_profile(patient_id=access.patient_id)
        return answered(profile, version=profile["version"])

    @operation(
        "Change the profile",
        tag="Profile",
        body=Profile,
        answers={200: WrittenProfile},
        problems=[404, 412],
        versioned=True,
    )
    def patch(self, request: Request, patient: Diary) -> Response:
        """Changes the given fields; null clears an answer.

        `raised` holds the danger signs in entries of the last 90 days that these fields turn into one, even if the
        change is refused. For the owner; a caregiver with level `log` may change `paused_until`, and nothing else.
        """
        access = self.access(request)
        now, body = timezone.now(), json_body(request)
        if access.level != "own" and (not isinstance(body, dict) or set(body) - _BY_CAREGIVERS):
            raise not_found()
        try:
            changed = _changed(access, body, expected_version(request), self.line(request), now)
        except (Invalid, Problem) as refusal:
            raise _with_signs(refusal, access, body, now) from refusal
        self.noted = changed.written
        return answered(changed.profile | {"raised": changed.raised}, version=changed.profile["version"])


def _changed(access: Access, body: Any, expected: Expected, line: Line, now: datetime) -> Changed:
    return change_profile(
        patient_id=access.patient_id,
        actor_id=access.actor_id,
        given=validated(Profile, body, latest=latest_date(now)),
        fields=set(body),
        expected=expected,
        line=line,
        now=now,
    )


def _with_signs(refusal: Invalid | Problem, access: Access, body: Any, now: datetime) -> Problem:
    problem = as_problem(refusal)
    if problem.status == HTTPStatus.NOT_FOUND:
        return problem
    given = salvaged_profile(body, latest=latest_date(now))
    port = screening()
    raised = port.signs_in_refused_profile(
        patient_id=access.patient_id, reader_id=access.actor_id, given=given, now=now
    )
    return replace(problem, members={**problem.members, "raised": raised})
