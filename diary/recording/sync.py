"""Changes up and changes down: how an app that was away comes to hold the same diary as the server.

The cursor is the diary's `revision` up to which an app has heard everything. A revision is taken under the diary's
lock and committed before the lock goes, so whoever reads a revision sees every row up to it: nothing is missed,
however transactions interleave.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct

from diary import cursors
from diary.access.levels import Access
from diary.access.log import Line
from diary.format.faults import faults
from diary.format.fields import RESOURCES, Resource, ResourceType
from diary.format.salvage import Salvaged, whole
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import validated, validated_together
from diary.problems import not_found
from diary.reaching.languages import language_of
from diary.recording import rows
from diary.recording.batch import Outcome
from diary.recording.changes import record_changes
from diary.recording.decision import NOT_STORED, Change
from diary.recording.rows import Stored
from diary.screening_port import Raised, screening
from diary.statements import fetch_one

PAGE: Final = 500
"""Changes that one answer brings down at most."""

Version = Annotated[int, Meta(ge=1, le=2**31 - 1, description=_("a version, 1 or more"))]


class ChangeUp(Struct, frozen=True, forbid_unknown_fields=True):
    """One change made by an app. `if_version` is the version it replaces; `data` is the resource of a put."""

    type: ResourceType
    op: Literal["put", "delete"]
    id: UUID
    if_version: Version | None = None
    data: Any = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that cannot be done whatever is stored; its id when that at least could be read.

    `read` is what could be read of it, and `raised` are the danger signs in that.
    """

    id: UUID | None
    errors: Sequence[FieldError] = ()
    status: Literal["invalid", "forbidden"] = "invalid"
    read: Sequence[Salvaged] = ()
    raised: list[Raised] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class News:
    """What an app has not heard yet, oldest first, and the cursor to ask with next."""

    changes: list[Stored]
    cursor: str
    has_more: bool

    def with_overtaking(self, current: Iterable[Stored | None]) -> "News":
        """The same with the rows that overtook what was sent, also where the app has heard of them before."""
        there = {(row.type, row.id) for row in self.changes}
        missing = {(row.type, row.id): row for row in current if row is not None and (row.type, row.id) not in there}
        return replace(self, changes=[*self.changes, *missing.values()]) if missing else self


def read_change(value: Any, *, latest: date) -> Change:
    """The change in `value`. Raises Invalid; pointers start at the change."""
    try:
        given = validated(ChangeUp, value, latest=latest)
    except Invalid as invalid:
        raise Invalid([*invalid.errors, *_faults_of_data(value, latest)]) from invalid
    if given.op == "delete":
        if given.data is not None:
            raise Invalid([FieldError("/data", "invalid_value", _("must be left out of a delete"))])
        return Change(given.type, given.id, None, given.if_version)
    content = validated(RESOURCES[given.type], given.data, latest=latest, pointer="/data")
    if content.id != given.id:
        raise Invalid([FieldError("/data/id", "mismatch", _("must be the id of the change"))])
    return Change(given.type, given.id, content, given.if_version)


def read_changes(values: list[Any], *, latest: date) -> list[Change] | None:
    """What `read_change` gives for each of `values`, much faster; None when it would refuse any."""
    given = validated_together(ChangeUp, values, latest=latest)
    if given is None or any(change.op == "delete" and change.data is not None for change in given):
        return None
    contents: dict[ResourceType, Iterator[Resource]] = {}
    for name, kind in RESOURCES.items():
        puts = [change for change in given if change.op == "put" and change.type == name]
        read = validated_together(kind, [change.data for change in puts], latest=latest)
        if read is None or [content.id for content in read] != [change.id for change in puts]:
            return None
        contents[name] = iter(read)
    return [
        Change(change.type, change.id, next(contents[change.type]) if change.op == "put" else None, change.if_version)
        for change in given
    ]


def _faults_of_data(value: Any, latest: date) -> list[FieldError]:
    if not isinstance(value, dict) or value.get("op") != "put" or "data" not in value:
        return []
    kind = RESOURCES.get(value["type"]) if isinstance(value.get("type"), str) else None
    return list(faults(kind, value["data"], latest=latest, pointer="/data")) if kind else []


def heard_until(cursor: str | None, *, patient_id: UUID) -> int:
    """The revision up to which the app with this cursor has heard everything. Raises Invalid for another diary's."""
    return 0 if cursor is None else int(cursors.place(cursor, within=_stream(patient_id)))


def sync(
    *, access: Access, changes: Sequence[Change | Refused], heard: int, line: Line, now: datetime
) -> tuple[list[Outcome | Refused], News]:
    """Do what can be done of `changes`, in order; then what the app has not heard, without what it just said itself.

    `heard` is what the app's cursor says (`heard_until`), and `line` what the access log says if anything was written.
    For a caller who may only read, every change is forbidden. Raises Invalid for a cursor from the future: of a diary
    that was restored from a backup.
    """
    if not access.reaches("log"):
        changes = [_forbidden(change) for change in changes]
    current = _revision(access.patient_id)
    if heard > current:
        raise Invalid(
            [FieldError("/cursor", "invalid_value", _("must be a cursor from this diary; start again with null"))]
        )
    good = [change for change in changes if isinstance(change, Change)]
    if not good:
        refused = _with_signs(access, changes, list(_refused(changes)), now)
        return refused, _news(access.patient_id, heard, until=current, now_at=current)
    recorded = record_changes(
        patient_id=access.patient_id,
        actor_id=access.actor_id,
        changes=good,
        now=now,
        line=line,
        from_a_queue=True,
    )
    outcomes = iter(recorded.outcomes)
    results = [change if isinstance(change, Refused) else next(outcomes) for change in changes]
    results = _with_signs(access, changes, results, now)
    news = _news(access.patient_id, heard, until=recorded.revision_before, now_at=recorded.revision)
    return results, news.with_overtaking(outcome.stored for outcome in recorded.outcomes if outcome.overtaken)


def _refused(changes: Sequence[Change | Refused]) -> Iterator[Refused]:
    return (change for change in changes if isinstance(change, Refused))


def _forbidden(change: Change | Refused) -> Refused:
    return Refused(change.id, status="forbidden", read=_read(change))


def _read(change: Change | Refused) -> Sequence[Salvaged]:
    """What a change that was not stored says."""
    return change.read if isinstance(change, Refused) else whole(change.content, id_=change.id)


def _with_signs(
    access: Access, changes: Sequence[Change | Refused], results: Sequence[Outcome | Refused], now: datetime
) -> list[Outcome | Refused]:
    """The results, those that stored nothing with the danger signs in what they refused."""
    read = [_read(change) if _is_refused(result) else () for change, result in zip(changes, results, strict=True)]
    if not any(read):
        return list(results)
    raised = screening().signs_in_refused(
        refused=read,
        patient_id=access.patient_id,
        own=access.level == "own",
        language=language_of(user_id=access.actor_id),
        now=now,
    )
    return [
        replace(result, raised=signs) if _is_refused(result) else result
        for result, signs in zip(results, raised, strict=True)
    ]


def _is_refused(result: Outcome | Refused) -> bool:
    return isinstance(result, Refused) or result.status in NOT_STORED


def _news(patient_id: UUID, heard: int, *, until: int, now_at: int) -> News:
    """The page of changes after `heard` up to `until`; the app that has it all has heard up to `now_at`."""
    found = _changed(patient_id, heard, until) if heard < until else []
    page = found[:PAGE]
    has_more = len(found) > PAGE
    next_cursor = cursors.cursor(page[-1].revision if has_more else now_at, within=_stream(patient_id))
    return News(page, next_cursor, has_more)


def _changed(patient_id: UUID, after: int, until: int) -> list[Stored]:
    parameters = {"patient": patient_id, "after": after, "until": until, "limit": PAGE + 1}
    condition = "AND revision > %(after)s AND revision <= %(until)s ORDER BY revision LIMIT %(limit)s"
    found = chain.from_iterable(rows.select(kind, condition, parameters) for kind in RESOURCES)
    gone = rows.taken_back(condition, parameters) if after else []  # who has nothing yet has nothing to lose
    return sorted([*found, *gone], key=lambda row: row.revision)[: PAGE + 1]


def _stream(patient_id: UUID) -> str:
    return f"{patient_id}:sync"


def _revision(patient_id: UUID) -> int:
    row = fetch_one("SELECT revision FROM diary_patient WHERE id = %(patient)s", {"patient": patient_id})
    if row is None:
        raise not_found()
    return int(row[0])
