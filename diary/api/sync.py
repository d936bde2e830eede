"""`…/sync`: many changes up, everything new down."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.limiting import MANY_ROWS
from diary.api.framework.parsers import data_of, texts_are_suspicious
from diary.api.framework.repeating import IDEMPOTENT
from diary.api.framework.view import answered
from diary.api.refusals import RefusingView
from diary.api.resources import refusal
from diary.api.shapes import SyncAnswer, SyncRequest
from diary.format.faults import must_be, unknown_fields
from diary.format.salvage import Salvaged, salvaged
from diary.format.sentences import Sentence
from diary.format.strict_json import FieldError, Invalid, require_storable_text
from diary.format.validation import latest_date
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.recording.batch import Outcome
from diary.recording.decision import BEYOND, NOT_STORED, Change, Status
from diary.recording.read_back import presented
from diary.recording.rows import Stored
from diary.recording.sync import Refused, heard_until, read_change, read_changes, sync
from diary.versions import WRITTEN

LARGEST: Final = 2 * 1024 * 1024
"""Bytes that a sync may have."""
MOST_CHANGES: Final = 1000


class SyncView(RefusingView):
    """The way of an app that keeps its own copy of the diary."""

    reach = {"POST": "read"}
    believes = True
    repeatable = (*IDEMPOTENT, "POST")
    actions = {"POST": "synced"}
    costs: ClassVar = {"POST": MANY_ROWS}
    largest = LARGEST

    @operation("Sync changes", tag="Sync", body=SyncRequest, answers={200: SyncAnswer}, problems=[404])
    def post(self, request: Request, patient: Diary) -> Response:
        """Applies the changes, then returns everything that is new to the app.

        A request has at most 1,000 changes and 2 MiB: send a longer queue in several, in order, split by both.
        """
        access = self.access(request)
        now = timezone.now()
        cursor, given = _envelope(data_of(request))
        heard = heard_until(cursor, patient_id=access.patient_id)
        if not given:
            self.note_look(request, ahead=True, unless_older_than=heard)
        changes = _changes(given, now, suspicious=texts_are_suspicious(request))
        results, news = sync(access=access, changes=changes, heard=heard, line=self.line(request), now=now)
        self.noted |= any(result.status in WRITTEN for result in results)
        return answered(
            {
                "results": self._results(changes, results),
                "changes": [_change_down(row) for row in news.changes],
                "cursor": news.cursor,
                "has_more": news.has_more,
            }
        )

    def _results(
        self, changes: Sequence[Change | Refused], results: Sequence[Outcome | Refused]
    ) -> list[Mapping[str, Any]]:
        if all(isinstance(result, Outcome) and result.status not in NOT_STORED for result in results):
            return list(map(_result, changes, results))
        with translation.override(self.language()):
            return list(map(_result, changes, results))

    def salvage(self, value: Any, *, id_: UUID | None, now: datetime) -> Sequence[Salvaged]:
        """Every change, where the body is refused whole."""
        changes = value.get("changes") if isinstance(value, dict) else None
        read = (_salvaged(change, now) for change in changes) if isinstance(changes, list) else ()
        return list(chain.from_iterable(read))


def _envelope(value: Any) -> tuple[str | None, list[Any]]:
    """The cursor and the changes. Raises Invalid or Problem 413."""
    if not isinstance(value, dict):
        raise Invalid([FieldError("", "invalid_type", must_be(dict))])
    cursor, changes = value.get("cursor"), value.get("changes")
    errors = list(unknown_fields(value, {"cursor", "changes"}))
    if cursor is not None and not isinstance(cursor, str):
        errors.append(FieldError("/cursor", "invalid_type", _("must be a cursor from this diary, or null")))
    if not isinstance(changes, list):
        code = "invalid_type" if "changes" in value else "required"
        errors.append(FieldError("/changes", code, _("must be a list of changes")))
    if errors or not isinstance(changes, list):
        raise Invalid(errors)
    if len(changes) > MOST_CHANGES:
        says = Sentence(_("There are more than {most} changes."), most=MOST_CHANGES)
        raise Problem(ProblemType.TOO_MANY_CHANGES, says)
    return cursor, changes


def _changes(given: list[Any], now: datetime, *, suspicious: bool) -> Sequence[Change | Refused]:
    together = None if suspicious else read_changes(given, latest=latest_date(now))
    return list(_one_by_one(given, now, suspicious=suspicious)) if together is None else together


def _one_by_one(given: list[Any], now: datetime, *, suspicious: bool) -> Iterator[Change | Refused]:
    for value in given:
        try:
            if suspicious:
                require_storable_text(value)
            yield read_change(value, latest=latest_date(now))
        except Invalid as invalid:
            yield Refused(_id_of(value), invalid.errors, read=_salvaged(value, now))


def _salvaged(change: Any, now: datetime) -> Sequence[Salvaged]:
    """What can be read of one change, whatever it calls itself; also where the data lies flat in it."""
    data = change["data"] if isinstance(change, dict) and isinstance(change.get("data"), dict) else change
    return salvaged(data, id_=_id_of(change), latest=latest_date(now), now=now)


def _id_of(value: Any) -> UUID | None:
    try:
        return msgspec.convert(value["id"], UUID)
    except (msgspec.ValidationError, UnicodeEncodeError, TypeError, KeyError):
        return None


def _result(change: Change | Refused, result: Outcome | Refused) -> Mapping[str, Any]:
    if isinstance(result, Refused):
        kind, detail = _REFUSED[result.status]
        problem = Problem(kind, detail, errors=result.errors).body()
        return {"id": result.id, "status": result.status, "version": None, "raised": result.raised, "problem": problem}
    row = result.stored
    answer: dict[str, Any] = {
        "id": change.id,
        "status": _STATUS.get(result.status, "unchanged" if row and not row.deleted else "deleted"),
        "version": row.version if row else None,
        "raised": result.raised,
    }
    if result.status in NOT_STORED:
        refused = refusal(result).body()
        if "current" in refused:
            answer["current"] = refused.pop("current")
        answer["problem"] = refused
    return answer


_REFUSED: Final = {
    "invalid": (ProblemType.INVALID, _("Some fields of the change are invalid; see `errors`.")),
    "forbidden": (ProblemType.READ_ONLY, _("You can read this diary, but not write to it.")),
}
_STATUS: Final[dict[Status, str]] = {
    "created": "stored",
    "updated": "stored",
    "deleted": "deleted",
    "gone": "deleted",
    "conflict": "conflict",
    "stale": "conflict",
    **dict.fromkeys(BEYOND, "invalid"),  # the contract has no word of its own; the problem's status is 429
}


def _change_down(row: Stored) -> Mapping[str, Any]:
    return {
        "type": row.type,
        "op": "delete" if row.deleted else "put",
        "id": row.id,
        "version": row.version,
        "data": None if row.deleted else presented(row),
    }
