"""`…/export.json` and `…/export.csv`: the diary in other forms."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.http import StreamingHttpResponse
from rest_framework.request import Request

from diary.access.levels import Diary
from diary.account.diary_document import document_chunks
from diary.account.tables import table_chunks
from diary.api.contract.description import operation
from diary.api.framework.one_at_a_time import only_export
from diary.api.framework.parameters import FROM, SPAN, TO, word
from diary.api.framework.view import ApiView
from diary.api.shapes import DiaryDocument
from diary.format.document import LISTS
from diary.recording.listing import Span

TABLE: Final = word("table", "The table to export.", of=list(LISTS), otherwise="entries")
MARK: Final = word(
    "bom", "Whether a table begins with a byte order mark, which Excel needs.", of=["no", "yes"], otherwise="no"
)


class DocumentView(ApiView):
    """The diary document."""

    reach = {"GET": "read"}
    actions = {"GET": "exported"}

    @operation(
        "Export the diary document",
        tag="Export and import",
        answers={200: DiaryDocument},
        problems=[404],
        query=SPAN,
        name="export_document",
    )
    def get(self, request: Request, patient: Diary) -> StreamingHttpResponse:
        """The document; all of it, or the part from one date to another, both inclusive."""
        access = self.access(request)
        chunks = document_chunks(patient_id=access.patient_id, span=Span(self.asked[FROM], self.asked[TO]))
        return download(chunks, caller=access.actor_id, content_type="application/json", name="symptom-diary.json")


class TableView(ApiView):
    """One of the diary's tables."""

    reach = {"GET": "read"}
    actions = {"GET": "exported"}

    @operation(
        "Export a table",
        tag="Export and import",
        answers={},
        file="text/csv",
        problems=[404],
        query=[*SPAN, TABLE, MARK],
        name="export_table",
    )
    def get(self, request: Request, patient: Diary) -> StreamingHttpResponse:
        """The entries, or the treatments or events with `table`; all of them, or those from one date to another."""
        access = self.access(request)
        name, span = self.asked[TABLE], Span(self.asked[FROM], self.asked[TO])
        mark = self.asked[MARK] == "yes"
        chunks = table_chunks(patient_id=access.patient_id, kind=LISTS[name], span=span, mark=mark)
        content_type = "text/csv; charset=utf-8; header=present"
        return download(chunks, caller=access.actor_id, content_type=content_type, name=f"{name}.csv")


def download(chunks: Iterable[bytes], *, caller: UUID, content_type: str, name: str) -> StreamingHttpResponse:
    """A file that is made page by page. Raises Problem 429 while an export of the caller's is under way."""
    answer = only_export(chunks, of=caller, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
