"""Entries, treatments and events over HTTP: the same for all three, one resource or a list of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter

from diary.access.levels import Access, Diary
from diary.access.log import Line
from diary.api.contract import PAGING, Shape, View, operation, operations
from diary.api.refusals import RefusingView
from diary.api.requests import Body, expected_version, page, query
from diary.api.view import ApiView, answered
from diary.format.fields import RESOURCES, ResourceType
from diary.format.salvage import Salvaged, salvaged
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import latest_date, validated
from diary.problems import Problem, not_found
from diary.recording import rows
from diary.recording.bounds import no_room
from diary.recording.changes import Outcome, record_changes
from diary.recording.decision import BEYOND, NOT_STORED, Change, Status
from diary.recording.listing import Span, list_page
from diary.recording.read_back import presented
from diary.recording.rows import Stored

REFUSED: Final[dict[Status, tuple[int, str]]] = {
    "conflict": (
        HTTPStatus.CONFLICT,
        "There is other content under this id. Say with If-Match which version to replace.",
    ),
    "stale": (HTTPStatus.PRECONDITION_FAILED, "The version in If-Match is not the current one."),
    "gone": (HTTPStatus.GONE, "This was deleted, and its id is not used again."),
}


class ResourceView(RefusingView):
    """One resource of a diary."""

    type: ClassVar[ResourceType]

    def get(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """The resource as it stands. Raises Problem 404 for one that was deleted or never was."""
        access = self.access(request, patient, "read")
        query(request)
        row = rows.read(patient_id=access.patient_id, keys=[(self.type, id)]).get((self.type, id))
        if row is None or row.deleted:
            raise not_found()
        return answered(presented(row), version=row.version)

    def put(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """Store the resource; once stored, the same again changes nothing."""
        body = Body(request)
        try:
            outcome = self._put(request, patient, id, body)
        except (Invalid, Problem) as refusal:
            raise self.with_signs(refusal, request, patient, body, id) from refusal
        row = _left(outcome)
        status = HTTPStatus.CREATED if outcome.status == "created" else HTTPStatus.OK
        return answered(presented(row) | {"raised": outcome.raised}, status=status, version=row.version)

    def delete(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """Delete the resource, or make sure that there never is one."""
        access = self.access(request, patient, "log")
        query(request)
        self._record(access, Change(self.type, id, None, expected_version(request)), self.line(request))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    def _put(self, request: HttpRequest, patient: Diary, id_: UUID, body: Body) -> Outcome:
        access = self.access(request, patient, "log")
        query(request)
        content = validated(RESOURCES[self.type], body.storable, latest=latest_date(timezone.now()))
        if content.id != id_:
            raise Invalid([FieldError("/id", "mismatch", "must be the id in the address")])
        change = Change(self.type, id_, content, expected_version(request))
        return self._record(access, change, self.line(request))

    def _record(self, access: Access, change: Change, line: Line) -> Outcome:
        recorded = record_changes(
            patient_id=access.patient_id, actor_id=access.actor_id, changes=[change], now=timezone.now(), line=line
        )
        self.noted = recorded.changed
        outcome = recorded.outcomes[0]
        if outcome.status in NOT_STORED:
            raise refusal(outcome)
        return outcome

    def salvage(self, value: Any, *, id_: UUID | None, now: datetime) -> Sequence[Salvaged]:
        """The body is one entry or event; whatever this address is called, it is read as either."""
        return salvaged(value, id_=id_, latest=latest_date(now), now=now)


class ResourcesView(ApiView):
    """All living resources of one type in a diary."""

    type: ClassVar[ResourceType]
    filters: ClassVar[tuple[str, ...]] = ()

    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """One page of them."""
        access = self.access(request, patient, "read")
        given = query(request, "limit", "cursor", *self.filters)
        asked = page(given)
        found, next_cursor = list_page(
            patient_id=access.patient_id, kind=self.type, span=span(given), limit=asked.limit, after=asked.cursor
        )
        return answered({"items": [presented(row) for row in found], "next_cursor": next_cursor})


def resource_operations(noun: str, *, body: Shape, stored: Shape, written: Shape) -> Callable[[View], View]:
    """What the contract says of one resource."""
    tag = _TAGS[noun]
    return operations(
        get=operation(f"Read one {noun}", tag=tag, answers={200: stored}, problems=[404], versioned=True),
        put=operation(
            f"Store one {noun}",
            tag=tag,
            body=body,
            answers={200: written, 201: written},
            problems=[404, 409, 410, 412],
            versioned=True,
        ),
        delete=operation(f"Delete one {noun}", tag=tag, answers={204: None}, problems=[404, 412], versioned=True),
    )


def list_operation(
    nouns: str, *, page: Shape, filters: Sequence[OpenApiParameter] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What the contract says of a list."""
    return operation(
        f"List {nouns}",
        tag=nouns.capitalize(),
        answers={200: page},
        problems=[404],
        query=[*filters, *PAGING],
        name=f"{nouns}_list",
    )


_TAGS: Final = {"entry": "Entries", "treatment": "Treatments", "event": "Events"}


def refusal(outcome: Outcome) -> Problem:
    """The problem of an outcome that stored nothing; it shows what stands, as the caller may write it."""
    if outcome.status in BEYOND:
        return no_room(outcome.status, now=timezone.now())
    status, detail = REFUSED[outcome.status]
    if outcome.status == "gone":
        return Problem(status, detail)
    row = outcome.stored
    headers = {} if row is None else {"ETag": f'"{row.version}"'}
    current = None if row is None else presented(row)
    return Problem(status, detail, headers=headers, members={"current": current})


def span(given: Mapping[str, str]) -> Span:
    """`from` and `to` as dates. Raises Invalid."""
    return Span(one_date(given, "from"), one_date(given, "to"))


def one_date(given: Mapping[str, str], name: str) -> date | None:
    """The parameter as a date, None when it is not given. Raises Invalid."""
    if name not in given:
        return None
    try:
        return msgspec.convert(given[name], date)
    except msgspec.ValidationError as error:
        raise Invalid([FieldError(f"/{name}", "invalid_value", "must be a calendar date (YYYY-MM-DD)")]) from error


def _left(outcome: Outcome) -> Stored:
    if outcome.stored is None:
        raise RuntimeError("a put leaves a row")
    return outcome.stored
