"""`…/profile`: who the diary is about."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from diary.access import Diary
from diary.api.contract import operation
from diary.api.requests import expected_version, json_body, query
from diary.api.shapes import StoredProfile, WrittenProfile
from diary.api.view import ApiView, answered
from diary.content import Profile
from diary.profiles import change_profile, read_profile
from diary.validating import latest_date, validated


class ProfileView(ApiView):
    """The profile: read by those who may read the diary, changed by its owner."""

    @operation("Read the profile", tag="Profile", answers={200: StoredProfile}, problems=[404], versioned=True)
    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """The profile; what is not answered is null."""
        access = self.access(request, patient, "read")
        query(request)
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
    def patch(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """Change the fields that are given; null takes an answer back."""
        access = self.access(request, patient, "own")
        query(request)
        now = timezone.now()
        body = json_body(request)
        given = validated(Profile, body, latest=latest_date(now))
        changed = change_profile(
            patient_id=access.patient_id,
            actor_id=access.actor_id,
            given=given,
            fields=set(body),
            expected=expected_version(request),
            now=now,
        )
        return answered(changed.profile | {"raised": changed.raised}, version=changed.profile["version"])
