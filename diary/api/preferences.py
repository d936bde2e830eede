"""`/preferences`: how the caller wants to be named and notified."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from diary.api.account_shapes import ShownPreferences
from diary.api.contract.description import operation
from diary.api.framework.if_match import expected_version
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered
from diary.format.validation import latest_date, validated
from diary.reaching.preferences import PreferencesChange, change_preferences, read_preferences


class PreferencesView(ApiView):
    """The preferences of the caller."""

    reach = {"GET": "account", "PATCH": "account"}

    @operation("Read the preferences", tag="Account", answers={200: ShownPreferences}, versioned=True)
    def get(self, request: Request) -> Response:
        """The stored preferences, or the defaults."""
        caller = self.caller(request)
        preferences = read_preferences(user_id=caller.user_id)
        return answered(preferences, version=preferences.version)

    @operation(
        "Change the preferences",
        tag="Account",
        body=PreferencesChange,
        answers={200: ShownPreferences},
        problems=[412],
        versioned=True,
    )
    def patch(self, request: Request) -> Response:
        """Changes the given fields. null clears the quiet hours or the language; an empty `unsubscribed` resumes all
        stopped emails.
        """
        caller = self.caller(request)
        now = timezone.now()
        given = validated(PreferencesChange, json_body(request), latest=latest_date(now))
        expected = expected_version(request)
        preferences = change_preferences(user_id=caller.user_id, given=given, expected=expected, now=now)
        return answered(preferences, version=preferences.version)
