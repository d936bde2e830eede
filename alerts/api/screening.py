"""`…/screening`: each rule now, and what is missing for it: "why no alert?"."""

from datetime import date
from typing import ClassVar, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter

from alerts.showing.why import ScreeningNow, screening_now
from diary.access.levels import Diary
from diary.api.contract import operation
from diary.api.limiting import READINGS_AT_ONCE, WHOLE_DIARY
from diary.api.requests import query
from diary.api.resources import one_date
from diary.api.view import ApiView, answered
from diary.models import Patient
from diary.problems import not_found

_AS_OF: Final = OpenApiParameter("as_of", date, description="As of which day, seeing nothing later; without it, now.")


class ScreeningView(ApiView):
    """Why an alert, and why none."""

    costs: ClassVar = {"GET": WHOLE_DIARY}
    at_once = READINGS_AT_ONCE

    @operation("See each rule now", tag="Screening", answers={200: ScreeningNow}, problems=[404], query=[_AS_OF])
    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """Each rule as of the patient's date, or of another: met or not, what was counted, and what is missing.

        It never says that all is well: what the diary does not hold says nothing.
        """
        access = self.access(request, patient, "read")
        as_of = one_date(query(request, "as_of"), "as_of")
        found = Patient.objects.select_related("user").filter(pk=access.patient_id).first()
        if found is None:
            raise not_found()
        now = timezone.now()
        return answered(
            screening_now(patient=found, reader_id=access.actor_id, level=access.level, as_of=as_of, now=now)
        )
