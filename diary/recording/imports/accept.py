"""A file is accepted: read as it comes in, checked whole, and kept sealed until its rows are stored.

A fault anywhere in a diary document keeps nothing of it; of other files what is understood is kept. Once it is accepted
it is not lost, whatever becomes of the process that has it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from diary.access.levels import Access
from diary.access.log import Line, note
from diary.format.document import DocumentProfile
from diary.format.document_pieces import Read
from diary.format.fields import Profile
from diary.format.streamed_document import Rows
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date
from diary.health_files.left_out import LeftOut, NotUnderstood
from diary.health_files.opening import Bounds, HealthFile, opened
from diary.health_files.weights_csv import Unit
from diary.locks import hold_diary
from diary.models import Import
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.recording.bounds import ROWS
from diary.recording.imports.parts import keep
from diary.recording.profile import change_profile, read_profile
from diary.sealing import opened as unsealed
from diary.sealing import sealed

IN_THE_REQUEST: Final = 2_000
"""Rows that are stored before the request is answered: about a second's work."""
KEPT: Final = 50
"""Imports of a diary that can be looked at and taken back; older ones are forgotten."""
ARRIVES_WITHIN: Final = timedelta(hours=1)
"""What still arrives after this was left behind by a request that died, and what is still proposed by who sent it."""
BEFORE: Final = ("arriving", "proposed")
"""States of what has not begun."""
_RETRY_AFTER: Final = 30

Look = Callable[[Rows], None]
"""Sees all rows of a document, also of one that is refused."""


def file_in(
    read: Read, *, now: datetime, unit: Unit | None = None, bounds: Bounds | None = None
) -> AbstractContextManager[HealthFile]:
    """The file in a body, or in a larger one with other `bounds`. Raises Malformed."""
    return opened(read, bounds=bounds or Bounds(latest_date(now), ROWS), unit=unit)


def unanswered(access: Access, given: DocumentProfile) -> set[str]:
    """The fields of the profile that the document answers and the diary does not; none for who is not its owner.

    A pause is no answer: a diary that goes on is not paused by an old document.
    """
    if access.level != "own":
        return set()
    before = read_profile(patient_id=access.patient_id)
    open_ = {name for name in Profile.__struct_fields__ if before[name] is None} - {"paused_until"}
    return {name for name in open_ if getattr(given, name) is not None}


def accept(
    *,
    access: Access,
    read: Read,
    look: Look,
    line: Line,
    now: datetime,
    unit: Unit | None = None,
    bounds: Bounds | None = None,
) -> Import:
    """Keep the file, and fill in the profile from its owner's document where that has no answer.

    The same file, sent again while it is being imported, is that import. A large one has `line` in the access log at
    once. Raises Malformed, Invalid, Problem 429 while another large one is under way, 404 for an erased diary.
    """
    arrived = _received(access, read, look, now, unit, bounds)
    try:
        begun = _begun(arrived, access, line, now)
    except Problem:
        arrived.delete()
        raise
    return begun


def propose(
    *, access: Access, read: Read, look: Look, now: datetime, unit: Unit | None = None, bounds: Bounds | None = None
) -> Import:
    """Keep the file until whoever sent it says what to do with it, for an hour, in place of what they proposed before.

    Raises Malformed and Invalid.
    """
    arrived = _received(access, read, look, now, unit, bounds)
    _proposed(access).delete()
    arrived.state = "proposed"
    arrived.save(update_fields=["state"])
    return arrived


def proposed(*, access: Access, import_id: UUID) -> Import | None:
    """A file that they proposed and that still waits for their word."""
    return _proposed(access).filter(pk=import_id).first()


def discard(*, access: Access, import_id: UUID) -> None:
    """What was proposed is not wanted."""
    _proposed(access).filter(pk=import_id).delete()


def imports_of(*, access: Access) -> QuerySet[Import]:
    """Those that began and are remembered, the newest first."""
    return Import.objects.filter(patient_id=access.patient_id).exclude(state__in=BEFORE).order_by("-accepted_at")


def begin(*, access: Access, import_id: UUID, line: Line, now: datetime) -> Import:
    """Have what was proposed imported. Raises Problem 404, and 429 while another large one is under way."""
    found = proposed(access=access, import_id=import_id)
    if found is None:
        raise not_found()
    return _begun(found, access, line, now)


def is_large(document: Import) -> bool:
    """Whether its rows are stored after the request was answered."""
    return document.rows > IN_THE_REQUEST


def forget_left_behind(*, now: datetime) -> None:
    """Remove what never arrived, and what no one said a word about."""
    Import.objects.filter(state__in=BEFORE, due_at__lte=now).delete()


def left_out_of(document: Import) -> LeftOut:
    """What the file holds that was not taken."""
    first = msgspec.convert(document.left_out, list[NotUnderstood])
    return LeftOut(document.passed_over, document.not_understood, first)


def profile_in(document: Import) -> DocumentProfile:
    """The profile in a document that has not begun."""
    if document.profile is None:
        return DocumentProfile()
    return msgspec.json.decode(unsealed(bytes(document.profile)), type=DocumentProfile)


@transaction.atomic
def _received(
    access: Access, read: Read, look: Look, now: datetime, unit: Unit | None, bounds: Bounds | None
) -> Import:
    """All of it, in parts. No row of the diary is held meanwhile: this takes as long as a large body is read."""
    digest = sha256()

    def digested(most: int) -> bytes:
        piece = read(most)
        digest.update(piece)
        return piece

    with file_in(digested, now=now, unit=unit, bounds=bounds) as file:
        arrived = Import.objects.create(
            patient_id=access.patient_id,
            sent_by_id=access.actor_id,
            kind=file.kind,
            state="arriving",
            accepted_at=now,
            due_at=now + ARRIVES_WITHIN,
            digest=b"",
        )
        for number, rows in enumerate(file.batches()):
            look(rows)
            arrived.rows += len(rows.contents)
            if rows.contents and not file.faults:
                keep(arrived, number, rows)
    if file.faults:
        raise Invalid(file.faults)
    arrived.digest = digest.digest()
    arrived.passed_over, arrived.not_understood = file.left_out.passed_over, file.left_out.not_understood
    arrived.left_out = msgspec.to_builtins(file.left_out.first)
    if file.profile != DocumentProfile():
        arrived.profile = sealed(msgspec.json.encode(file.profile).decode()).encode()
    arrived.save()
    return arrived


def _proposed(access: Access) -> QuerySet[Import]:
    return Import.objects.filter(patient_id=access.patient_id, sent_by_id=access.actor_id, state="proposed")


@transaction.atomic
def _begun(arrived: Import, access: Access, line: Line, now: datetime) -> Import:
    """The import that begins, or the same one that is under way. Raises Problem 404 and 429."""
    if hold_diary(access.patient_id) is None:
        raise not_found()
    under_way = Import.objects.filter(patient_id=access.patient_id, state__in=["waiting", "taking_back"])
    same = under_way.filter(state="waiting", digest=arrived.digest, sent_by_id=access.actor_id).first()
    if same is not None:
        arrived.delete()
        return same
    if is_large(arrived) and under_way.filter(rows__gt=IN_THE_REQUEST).exists():
        says = _("Another document is still being imported. Try again when it has finished.")
        raise Problem(ProblemType.IMPORT_IN_PROGRESS, says, retry_after=_RETRY_AFTER)
    _begin(arrived, access, line, now)
    return arrived


def _begin(arrived: Import, access: Access, line: Line, now: datetime) -> None:
    """The caller holds the diary."""
    profile = profile_in(arrived)
    if access.level == "own":
        arrived.profile_changed = change_profile(
            patient_id=access.patient_id,
            actor_id=access.actor_id,
            given=profile,
            fields=unanswered(access, profile),
            expected=None,
            line=line,
            now=now,
        ).written
    if is_large(arrived) and not arrived.profile_changed:
        note(line, patient_id=access.patient_id, actor_id=access.actor_id, at=now)
    arrived.state, arrived.due_at, arrived.profile = "waiting", now, None
    arrived.save(update_fields=["profile", "profile_changed", "state", "due_at"])
    _finished(arrived).filter(pk__in=_finished(arrived).order_by("-accepted_at").values("pk")[KEPT:]).delete()


def _finished(beside: Import) -> QuerySet[Import]:
    return Import.objects.filter(patient_id=beside.patient_id, due_at=None)
