"""`…/import` and `…/imports/{id}`: a file taken in, how far that is, and taken back."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from math import inf
from typing import Any, ClassVar, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.limiting import READINGS_AT_ONCE, WHOLE_DIARY
from diary.api.framework.parameters import word
from diary.api.framework.parsers import Body, StreamParser, data_of
from diary.api.framework.view import ApiView, answered
from diary.api.import_answers import how_far, result, would
from diary.api.import_shapes import Import as ShownImport
from diary.api.import_shapes import ImportAnswer
from diary.api.recent_rows import RecentRows, recently_said
from diary.api.refusals import RefusingView
from diary.api.shapes import DiaryDocument
from diary.format.salvage import Salvaged
from diary.format.strict_json import Invalid, Malformed
from diary.models import Import
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.recording.bounds import no_room
from diary.recording.decision import BEYOND
from diary.recording.imports import outcome
from diary.recording.imports.accept import accept, file_in, is_large
from diary.recording.imports.store import is_noted
from diary.recording.imports.take_back import import_of, take_back
from diary.recording.imports.trial import tried
from diary.recording.imports.work import nudge, work

LARGEST: Final = 32 * 1024 * 1024
"""Bytes that a file may have: more than ten years of a diary kept daily, with long notes."""
RETRY_AFTER: Final = 5
"""Seconds until it is worth asking how far a large import is."""
UNIT: Final = word(
    "weight_unit", "The unit of a table of weights that does not say it.", of=["kg", "lb"], otherwise=None
)
DRY_RUN: Final = word("dry_run", "`true` only says what an import would do.", of=["false", "true"], otherwise="false")


class ImportView(RefusingView):
    """The way in for a diary document, and for files of other apps."""

    reach = {"POST": "log"}
    actions = {"POST": "imported"}
    costs: ClassVar = {"POST": WHOLE_DIARY}
    at_once = READINGS_AT_ONCE
    resource = "document"
    parser_classes = [StreamParser]
    largest = LARGEST

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """With what the document says of the last days, as far as it was read."""
        super().setup(request, *args, **kwargs)
        self._recent = RecentRows()
        self._is_read = False

    @operation(
        "Import a diary document, or a file of another app",
        tag="Export and import",
        body=DiaryDocument,
        takes_files=True,
        answers={200: ImportAnswer, 202: ShownImport},
        problems=[404],
        query=[DRY_RUN, UNIT],
        name="import_document",
    )
    def post(self, request: Request, patient: Diary) -> Response:
        """Stores what the diary does not have yet. Importing the same file again changes nothing.

        Any other file than a diary document is sent as `application/octet-stream` and recognised by what it holds:
        Apple Health's export, Health Connect's, FHIR Observations of weight and pain (a Bundle, or one a line), a table
        of weights, also in a zip. Each value becomes an entry of its own.

        Up to 2,000 rows are stored before the answer. A larger document is checked and kept, and answered 202: its rows
        are then stored in the background, and `Location` says how far that is.
        """
        access, now = self.access(request), timezone.now()
        body: Body = data_of(request)
        unit: Any = self.asked[UNIT]
        self._is_read = True
        try:
            if self.asked[DRY_RUN] == "true":
                with file_in(body.read, now=now, unit=unit) as file:
                    trial = tried(access=access, file=file, look=self._recent.look)
                shown = would(trial, self.language())
                return answered(shown | {"raised": self._recent.signs(access=access, now=now)})
            document = accept(
                access=access, read=body.read, look=self._recent.look, line=self.line(request), now=now, unit=unit
            )
        except Malformed as malformed:
            raise Problem(ProblemType.MALFORMED_BODY, malformed.says) from malformed
        if is_large(document):
            nudge(document.pk)
        else:
            work(import_id=document.pk, now=now, seconds=inf)
            document.refresh_from_db()
        self.noted = is_noted(document)
        where = {"Location": reverse("document", kwargs={"patient": patient, "id": document.pk})}
        if document.state != "done":
            shown = how_far(document, self.language()) | {"raised": self._recent.signs(access=access, now=now)}
            return Response(shown, HTTPStatus.ACCEPTED, headers={**where, "Retry-After": str(RETRY_AFTER)})
        if full := next((row.status for row in outcome.not_stored(document) if row.status in BEYOND), None):
            raise no_room(full, now=now)
        return Response(result(document, self.language()), headers=where)

    def sent(self, data: Body) -> Any:
        """What the body says of the last days, as a document; read for this alone where it was not read before."""
        if not self._is_read:
            try:
                with file_in(data.read, now=timezone.now()) as file:
                    for rows in file.batches():
                        self._recent.look(rows)
            except (Malformed, Invalid):
                return self._recent.said
        return self._recent.said

    def salvage(self, value: Any, *, id_: UUID | None, now: datetime) -> Sequence[Salvaged]:
        """What the document says of the last days."""
        return recently_said(value, now=now)


class ImportedView(ApiView):
    """One import."""

    reach = {"GET": "log", "DELETE": "log"}
    actions = {"DELETE": "taken_back"}
    resource = "document"

    @operation("Read how far an import is", tag="Export and import", answers={200: ShownImport}, problems=[404])
    def get(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """The last 50 imports of a diary can be read and taken back."""
        document = import_of(access=self.access(request), import_id=id)
        return self._answered(document)

    @operation(
        "Take an import back",
        tag="Export and import",
        answers={200: ShownImport, 202: ShownImport},
        problems=[404],
        name="take_import_back",
    )
    def delete(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Removes the rows that it made, unless they were changed or deleted since. They leave no tombstone: the same
        document can be imported again. Also ends an import that is not finished. The profile stays as it is.
        """
        now = timezone.now()
        document, is_new = take_back(access=self.access(request), import_id=id, now=now)
        self.noted = is_new
        if is_new and is_large(document):
            nudge(id)
        elif is_new:
            work(import_id=id, now=now, seconds=inf)
            document.refresh_from_db()
        return self._answered(document)

    def _answered(self, document: Import) -> Response:
        shown = how_far(document, self.language())
        if document.due_at is None:
            return answered(shown)
        status = HTTPStatus.OK if self.request.method == "GET" else HTTPStatus.ACCEPTED
        return Response(shown, status, headers={"Retry-After": str(RETRY_AFTER)})
