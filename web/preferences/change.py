"""One form of the settings, as it was sent, and what it changes by."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict

from diary.access.levels import Access
from diary.access.log import Line
from diary.format.fields import Profile
from diary.format.validation import latest_date, validated
from diary.proof import Proof
from diary.reaching.preferences import PreferencesChange, change_preferences
from diary.recording.profile import change_profile


class Change(NamedTuple):
    """A form that was sent, by whom, in which session and when; `access` is the way into their own diary.

    `network` is where it came from, and `proof` what shows who sends it.
    """

    form: QueryDict
    access: Access
    session_id: UUID
    network: str
    proof: Proof
    now: datetime

    @property
    def user_id(self) -> UUID:
        """Whose it is."""
        return self.access.actor_id

    def preferences(self, **given: Any) -> None:
        """Take these over."""
        wanted = validated(PreferencesChange, given, latest=latest_date(self.now))
        change_preferences(user_id=self.user_id, given=wanted, expected=None, now=self.now)

    def profile(self, **given: Any) -> None:
        """Take these over."""
        change_profile(
            patient_id=self.access.patient_id,
            actor_id=self.user_id,
            given=validated(Profile, given, latest=latest_date(self.now)),
            fields=set(given),
            expected=None,
            line=Line("written", "profile"),
            now=self.now,
        )
