"""`…/export.zip`: all tables of the diary, and what their columns mean."""

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.request import Request

from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.exports import MARK, download
from diary.api.framework.parameters import FROM, SPAN, TO
from diary.api.framework.view import ApiView
from diary.reaching.languages import language_of
from diary.recording.listing import Span
from papers.tables.archive import tables


class TablesView(ApiView):
    """The tables as one archive."""

    reach = {"GET": "read"}
    actions = {"GET": "exported"}

    @operation(
        "Export all tables",
        tag="Export and import",
        answers={},
        file="application/zip",
        problems=[404],
        query=[*SPAN, MARK],
        name="export_tables",
    )
    def get(self, request: Request, patient: Diary) -> StreamingHttpResponse:
        """`entries.csv`, `treatments.csv`, `events.csv` and `codebook.csv`, which says what each column means and may
        hold, in the caller's language; all of the diary, or the part from one date to another.
        """
        access = self.access(request)
        chunks = tables(
            patient_id=access.patient_id,
            span=Span(self.asked[FROM], self.asked[TO]),
            mark=self.asked[MARK] == "yes",
            language=language_of(user_id=access.actor_id),
            now=timezone.now(),
        )
        return download(chunks, caller=access.actor_id, content_type="application/zip", name="symptom-diary.zip")
