"""`…/fhir`: the diary for other systems. And `/fhir/CodeSystem/…`: what its own codes mean, for anyone."""

from typing import ClassVar, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe
from rest_framework.request import Request

from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.limiting import WHOLE_DIARY
from diary.api.framework.parameters import FROM, SPAN, TO
from diary.api.framework.view import ApiView
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of
from diary.recording.listing import Span
from papers.fhir.bundle import CONTENT_TYPE, bundle, encoded
from papers.fhir.code_system import published
from papers.reading import read, read_records

FRESH_FOR_SECONDS: Final = 24 * 60 * 60


class FhirView(ApiView):
    """The diary as a FHIR R4 bundle."""

    reach = {"GET": "read"}
    actions = {"GET": "exported"}
    costs: ClassVar = {"GET": WHOLE_DIARY}
    at_once = 1

    @operation(
        "Export the diary as FHIR",
        tag="Export and import",
        answers={},
        file=CONTENT_TYPE,
        problems=[404],
        query=SPAN,
        name="fhir",
    )
    def get(self, request: Request, patient: Diary) -> HttpResponse:
        """A FHIR R4 bundle (`collection`) after HL7's Symptoms guide: each answer as an observation, treatments, alerts
        with what they are based on, and the messages about them; for the person also their care circle. What was not
        answered is not in it. Notes are not in it. Ids are stable. Words are in the caller's language.

        At most 366 days; by default up to the patient's date, from the first day of the diary, but no more than a
        year.
        """
        access, now = self.access(request), timezone.now()
        reading = read(access, asked=Span(self.asked[FROM], self.asked[TO]), notes=False, now=now)
        language = language_of(user_id=access.actor_id)
        made = bundle(
            reading,
            read_records(access, reading, people=True),
            language=language,
            made_at=now.astimezone(zone_of(user_id=access.actor_id)),
        )
        return HttpResponse(encoded(made), content_type=CONTENT_TYPE, headers={"Content-Language": language})


@require_safe
@conditional_page
def code_system(_request: HttpRequest) -> HttpResponse:
    """The code system, which is the same for everyone."""
    answer = HttpResponse(encoded(published()), content_type=CONTENT_TYPE)
    answer["Cache-Control"] = f"public, max-age={FRESH_FOR_SECONDS}"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
