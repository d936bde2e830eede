"""`…/export.json`, `…/export.csv` and `…/import`: the diary in other forms, out and in."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, ClassVar, Final, get_args
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access.levels import Diary
from diary.account.diary_document import LISTS, document_chunks
from diary.account.tables import table_chunks
from diary.api.contract.description import operation
from diary.api.framework.limiting import READINGS_AT_ONCE, WHOLE_DIARY
from diary.api.framework.one_at_a_time import only_export
from diary.api.framework.parameters import FROM, SPAN, TO, word
from diary.api.framework.parsers import BytesParser, data_of, parsed
from diary.api.framework.view import ApiView, answered
from diary.api.refusals import RefusingView
from diary.api.shapes import DiaryDocument, ImportAnswer
from diary.format.document import parse
from diary.format.fields import ResourceType
from diary.format.salvage import Salvaged, salvaged
from diary.format.strict_json import Malformed
from diary.format.validation import latest_date
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.recording.import_document import Imported, Result, import_document
from diary.recording.listing import Span

LARGEST: Final = 32 * 1024 * 1024
"""Bytes that a document may have: more than ten years of a diary kept daily, with long notes."""
TABLE: Final = word("table", "The table to export.", of=list(LISTS), otherwise="entries")
RECENT: Final = timedelta(days=14)
"""Danger signs in a document that is refused are answered when they are so new."""


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
        query=[*SPAN, TABLE],
        name="export_table",
    )
    def get(self, request: Request, patient: Diary) -> StreamingHttpResponse:
        """The entries, or the treatments or events with `table`; all of them, or those from one date to another."""
        access = self.access(request)
        name, span = self.asked[TABLE], Span(self.asked[FROM], self.asked[TO])
        chunks = table_chunks(patient_id=access.patient_id, kind=LISTS[name], span=span)
        content_type = "text/csv; charset=utf-8; header=present"
        return download(chunks, caller=access.actor_id, content_type=content_type, name=f"{name}.csv")


class ImportView(RefusingView):
    """The way in for a diary document."""

    reach = {"POST": "log"}
    actions = {"POST": "imported"}
    costs: ClassVar = {"POST": WHOLE_DIARY}
    at_once = READINGS_AT_ONCE
    resource = "document"
    parser_classes = [BytesParser]
    largest = LARGEST

    @operation(
        "Import a diary document",
        tag="Export and import",
        body=DiaryDocument,
        answers={200: ImportAnswer},
        problems=[404],
        name="import_document",
    )
    def post(self, request: Request, patient: Diary) -> Response:
        """Stores what the diary does not have yet. Importing the same document again changes nothing."""
        access = self.access(request)
        now = timezone.now()
        try:
            document = parse(data_of(request), latest=latest_date(now))
        except Malformed as malformed:
            raise Problem(ProblemType.MALFORMED_BODY, malformed.says) from malformed
        imported = import_document(access=access, document=document, line=self.line(request), now=now)
        self.noted = imported.noted
        return answered(_presented(imported))

    def sent(self, data: bytes) -> Any:
        """The JSON, which this view's own decoder may have refused. Raises Problem 400."""
        return parsed(data)

    def salvage(self, value: Any, *, id_: UUID | None, now: datetime) -> Sequence[Salvaged]:
        """What the document says of the last days; what is older, or of no day, is no news for a screen."""
        lists = [value.get(name) for name in ("entries", "events")] if isinstance(value, dict) else []
        items = chain.from_iterable(items for items in lists if isinstance(items, list))
        recent = [item for item in items if isinstance(item, dict) and _is_recent(item.get("date"), now)]
        return list(chain.from_iterable(salvaged(item, latest=latest_date(now), now=now) for item in recent))


def _is_recent(written: Any, now: datetime) -> bool:
    try:
        return date.fromisoformat(written) >= now.date() - RECENT
    except (TypeError, ValueError):
        return False


def download(chunks: Iterable[bytes], *, caller: UUID, content_type: str, name: str) -> StreamingHttpResponse:
    """A file that is made page by page. Raises Problem 429 while an export of the caller's is under way."""
    answer = only_export(chunks, of=caller, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _presented(imported: Imported) -> dict[str, Any]:
    return {
        **{name: _counted(imported, kind) for name, kind in LISTS.items()},
        "profile": imported.profile,
        "conflicts": [{"type": change.type, "id": change.id} for change in imported.conflicts],
        "raised": imported.raised,
    }


def _counted(imported: Imported, kind: ResourceType) -> dict[str, int]:
    return {result: imported.counts[kind][result] for result in get_args(Result)}
