"""In which language someone is spoken to who never said: that of the browser in which they signed in first.

It goes into their profile, where an app or they themselves put another one; mails and alerts then read like the pages.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest

from diary.access.log import Line
from diary.format.fields import Language, Profile
from diary.models import Patient
from diary.reaching.languages import language_said
from diary.recording.profile import change_profile
from web.page import language_asked


def remember_language(request: HttpRequest, *, user_id: UUID, now: datetime) -> None:
    """Keep what the browser asks for, unless the account has said a language before."""
    if language_said(user_id=user_id) is not None:
        return
    patient_id = Patient.objects.filter(user_id=user_id).values_list("pk", flat=True).first()
    if patient_id is not None:
        change_profile(
            patient_id=patient_id,
            actor_id=user_id,
            given=Profile(language=cast("Language", language_asked(request))),
            fields={"language"},
            expected=None,
            line=Line("written", "profile"),
            now=now,
        )
