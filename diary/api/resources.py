"""Entries, treatments and events over HTTP: the same for all three, one resource or a list of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access.levels import Access, Diary
from diary.access.log import Line
from diary.api.contract.description import Shape, View, operation, operations
from diary.api.framework.if_match import expected_version
from diary.api.framework.pagination import PAGING, ListView
from diary.api.framework.parameters import Parameter
from diary.api.framework.parsers import json_body
from diary.api.framework.view import answered, done
from diary.api.refusals import RefusingView
from diary.format.fields import RESOURCES, ResourceType
from diary.format.salvage import Salvaged, salvaged
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import latest_date, validated
from diary.problem_types import ProblemType
from diary.problems import STALE_VERSION, Problem, not_found
from diary.recording import rows
from diary.recording.batch import Outcome
from diary.recording.bounds import no_room
from diary.recording.changes import record_changes
from diary.recording.decision import BEYOND, NOT_STORED, Change, Status
from diary.recording.listing import Span, resources
from diary.recording.read_back import presented
from diary.recording.rows import Stored

REFUSED: Final[dict[Status, tuple[ProblemType, str]]] = {
    "conflict": (
        ProblemType.CONFLICT,
        _("Different content is stored under this id. Name the version to replace in If-Match."),
    ),
    "stale": (ProblemType.VERSION_MISMATCH, STALE_VERSION),
    "gone": (ProblemType.GONE, _("This was deleted, and its id can't be used again.")),
}


class ResourceView(RefusingView):
    """One resource of a diary."""

    reach = {"GET": "read", "PUT": "log", "DELETE": "log"}
    believes = True
    type: ClassVar[ResourceType]

    def get(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """The stored resource. Raises Problem 404 for one that was deleted or never existed."""
        access = self.access(request)
        row = rows.read(patient_id=access.patient_id, keys=[(self.type, id)]).get((self.type, id))
        if row is None or row.deleted:
            raise not_found()
        return answered(presented(row), version=row.version)

    def put(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Stores the resource. Repeating the same request changes nothing."""
        access = self.access(request)
        content = validated(RESOURCES[self.type], json_body(request), latest=latest_date(timezone.now()))
        if content.id != id:
            raise Invalid([FieldError("/id", "mismatch", _("must be the id in the address"))])
        outcome = self._record(access, Change(self.type, id, content, expected_version(request)), self.line(request))
        row = _left(outcome)
        status = HTTPStatus.CREATED if outcome.status == "created" else HTTPStatus.OK
        return answered(presented(row) | {"raised": outcome.raised}, status=status, version=row.version)

    def delete(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """Deletes the resource, and keeps the id from being used later."""
        access = self.access(request)
        self._record(access, Change(self.type, id, None, expected_version(request)), self.line(request))
        return done()

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


class ResourcesView(ListView):
    """All living resources of one type in a diary."""

    reach = {"GET": "read"}
    type: ClassVar[ResourceType]

    def get(self, request: Request, patient: Diary) -> Response:
        """One page of them."""
        access = self.access(request)
        listing = resources(patient_id=access.patient_id, kind=self.type, span=self.span())
        return self.listed(request, listing, lambda page: [presented(row) for row in page])

    def span(self) -> Span:
        """The days that are asked for: all of them, where the address has no such parameters."""
        return Span()


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
    nouns: str, *, page: Shape, filters: Sequence[Parameter[Any]] = ()
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
    kind, detail = REFUSED[outcome.status]
    if outcome.status == "gone":
        return Problem(kind, detail)
    row = outcome.stored
    headers = {} if row is None else {"ETag": f'"{row.version}"'}
    current = None if row is None else presented(row)
    return Problem(kind, detail, headers=headers, members={"current": current})


def _left(outcome: Outcome) -> Stored:
    if outcome.stored is None:
        raise RuntimeError("a put leaves a row")
    return outcome.stored
