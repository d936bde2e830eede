"""`…/screening`: each rule now, and what is missing for it: "why no alert?"."""

from typing import ClassVar, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.showing.why import ScreeningNow, screening_now
from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.limiting import READINGS_AT_ONCE, WHOLE_DIARY
from diary.api.framework.parameters import day
from diary.api.framework.view import ApiView, answered
from diary.problems import not_found

AS_OF: Final = day("as_of", "The date to look at, ignoring everything later; by default today.")


class ScreeningView(ApiView):
    """Why an alert, and why none."""

    reach = {"GET": "read"}
    believes = True
    costs: ClassVar = {"GET": WHOLE_DIARY}
    at_once = READINGS_AT_ONCE

    @operation(
        "Read the state of every rule", tag="Screening", answers={200: ScreeningNow}, problems=[404], query=[AS_OF]
    )
    def get(self, request: Request, patient: Diary) -> Response:
        """Every rule as of the patient's date, or of another: met or not, what was counted, and what is missing.

        This is never an all-clear: the rules only know what the diary holds.
        """
        access = self.access(request)
        as_of = self.asked[AS_OF]
        self.note_look(request, ahead=True)
        try:
            return answered(screening_now(access=access, as_of=as_of, now=timezone.now()))
        except LookupError as gone:
            raise not_found() from gone
