"""A document is accepted: read as it comes in, checked whole, and kept sealed until its rows are stored.

A fault anywhere keeps nothing of it. Once it is accepted it is not lost, whatever becomes of the process that has it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from diary.access.levels import Access
from diary.access.log import Line, note
from diary.format.document import DocumentProfile
from diary.format.document_pieces import Read
from diary.format.fields import Profile
from diary.format.streamed_document import Rows, StreamedDocument
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date
from diary.locks import hold_diary
from diary.models import Import, ImportPart
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.recording.bounds import ROWS
from diary.recording.profile import change_profile, read_profile
from diary.sealing import sealed

IN_THE_REQUEST: Final = 2_000
"""Rows that are stored before the request is answered: about a second's work."""
KEPT: Final = 50
"""Imports of a diary that can be looked at and taken back; older ones are forgotten."""
ARRIVES_WITHIN: Final = timedelta(hours=1)
"""What still arrives after this was left behind by a request that died."""
_RETRY_AFTER: Final = 30

Look = Callable[[Rows], None]
"""Sees all rows of a document, also of one that is refused."""


def streamed(read: Read, *, now: datetime) -> StreamedDocument:
    """The document in a body."""
    return StreamedDocument(read, latest=latest_date(now), ids_at_most=ROWS)


def unanswered(access: Access, given: DocumentProfile) -> set[str]:
    """The fields of the profile that the document answers and the diary does not; none for who is not its owner.

    A pause is no answer: a diary that goes on is not paused by an old document.
    """
    if access.level != "own":
        return set()
    before = read_profile(patient_id=access.patient_id)
    open_ = {name for name in Profile.__struct_fields__ if before[name] is None} - {"paused_until"}
    return {name for name in open_ if getattr(given, name) is not None}


def accept(*, access: Access, read: Read, look: Look, line: Line, now: datetime) -> Import:
    """Keep the document, and fill in the profile from its owner's where that has no answer.

    The same document, sent again while it is being imported, is that import. A large one has `line` in the access log
    at once. Raises Malformed, Invalid, Problem 429 while another large one is under way, 404 for an erased diary.
    """
    arrived, profile = _received(access, read, look, now)
    with transaction.atomic():
        if hold_diary(access.patient_id) is None:
            raise not_found()
        under_way = Import.objects.filter(patient_id=access.patient_id, state__in=["waiting", "taking_back"])
        same = under_way.filter(state="waiting", digest=arrived.digest, sent_by_id=access.actor_id).first()
        begun = same
        if same is None and not (is_large(arrived) and under_way.filter(rows__gt=IN_THE_REQUEST).exists()):
            _begin(arrived, profile, access, line, now)
            begun = arrived
    if begun is not arrived:
        arrived.delete()
    if begun is None:
        says = _("Another document is still being imported. Try again when it has finished.")
        raise Problem(ProblemType.IMPORT_IN_PROGRESS, says, retry_after=_RETRY_AFTER)
    return begun


def is_large(document: Import) -> bool:
    """Whether its rows are stored after the request was answered."""
    return document.rows > IN_THE_REQUEST


def forget_left_behind(*, now: datetime) -> None:
    """Remove what never arrived."""
    Import.objects.filter(state="arriving", due_at__lte=now).delete()


@transaction.atomic
def _received(access: Access, read: Read, look: Look, now: datetime) -> tuple[Import, DocumentProfile]:
    """All of it, in parts. No row of the diary is held meanwhile: this takes as long as a large body is read."""
    digest = sha256()

    def digested(most: int) -> bytes:
        piece = read(most)
        digest.update(piece)
        return piece

    document = streamed(digested, now=now)
    arrived = Import.objects.create(
        patient_id=access.patient_id,
        sent_by_id=access.actor_id,
        state="arriving",
        accepted_at=now,
        due_at=now + ARRIVES_WITHIN,
        digest=b"",
    )
    for number, rows in enumerate(document.batches()):
        look(rows)
        arrived.rows += len(rows.contents)
        if rows.contents and not document.faults:
            content = sealed(msgspec.json.encode(rows.contents).decode()).encode()
            ImportPart.objects.create(document=arrived, number=number, type=rows.type, sealed=content)
    if document.faults:
        raise Invalid(document.faults)
    arrived.digest = digest.digest()
    arrived.save(update_fields=["rows", "digest"])
    return arrived, document.profile


def _begin(arrived: Import, profile: DocumentProfile, access: Access, line: Line, now: datetime) -> None:
    """The caller holds the diary."""
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
    arrived.state, arrived.due_at = "waiting", now
    arrived.save(update_fields=["profile_changed", "state", "due_at"])
    _finished(arrived).filter(pk__in=_finished(arrived).order_by("-accepted_at").values("pk")[KEPT:]).delete()


def _finished(beside: Import) -> QuerySet[Import]:
    return Import.objects.filter(patient_id=beside.patient_id, due_at=None)
