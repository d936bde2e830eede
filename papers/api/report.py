"""`…/report.pdf`: the page for the doctor."""

from typing import ClassVar, Final, cast

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from rest_framework.request import Request

from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.limiting import WHOLE_DIARY
from diary.api.framework.parameters import FROM, SPAN, TO, word
from diary.api.framework.view import ApiView
from diary.format.strict_json import FieldError, Invalid
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of
from diary.recording.listing import Span
from papers.reading import read
from papers.report.report import Paper, report_pdf

PAPER: Final = word("paper", "The size of the paper.", of=["a4", "letter"], otherwise="a4")
NOTES: Final = word(
    "notes", "Whether the person's notes are part of the appendix; theirs to choose.", of=["no", "yes"], otherwise="no"
)
NOT_THEIR_NOTES: Final = _("can be `yes` only for the person whose diary it is")


class ReportView(ApiView):
    """The doctor's page as a file."""

    reach = {"GET": "read"}
    actions = {"GET": "exported"}
    costs: ClassVar = {"GET": WHOLE_DIARY}
    at_once = 1

    @operation(
        "Make the page for the doctor",
        tag="Export and import",
        answers={},
        file="application/pdf",
        problems=[404],
        query=[*SPAN, PAPER, NOTES],
        name="report",
    )
    def get(self, request: Request, patient: Diary) -> HttpResponse:
        """One side to be read in a minute, and an appendix: why the person was advised to be seen, the timeline,
        treatments, symptoms, visits, history, and what is missing. In the caller's language, as an accessible PDF.

        At most 366 days; by default up to the patient's date, from the first day of the diary, but no more than a
        year. It makes no diagnosis.
        """
        access = self.access(request)
        notes = self.asked[NOTES] == "yes"
        if notes and access.level != "own":
            raise Invalid([FieldError("/notes", "invalid_value", NOT_THEIR_NOTES)])
        now = timezone.now()
        reading = read(access, asked=Span(self.asked[FROM], self.asked[TO]), notes=notes, now=now)
        language, zone = language_of(user_id=access.actor_id), zone_of(user_id=access.actor_id)
        paper = cast("Paper", self.asked[PAPER])
        made = report_pdf(reading, language=language, paper=paper, made_at=now.astimezone(zone))
        return HttpResponse(
            made,
            content_type="application/pdf",
            headers={"Content-Disposition": 'attachment; filename="report.pdf"', "Content-Language": language},
        )
