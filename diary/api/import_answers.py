"""What became of an import, and what one would do, as the API answers it."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.translation import gettext

from diary.api.resources import REFUSED
from diary.format.document import LISTS
from diary.health_files.left_out import SAYS, LeftOut
from diary.models import Import
from diary.problems import Problem
from diary.recording.bounds import no_room
from diary.recording.decision import BEYOND
from diary.recording.imports import outcome
from diary.recording.imports.accept import left_out_of
from diary.recording.imports.outcome import NotStored, Result
from diary.recording.imports.trial import Trial

_COUNTED: Final[Sequence[Result]] = ("stored", "unchanged", "conflict", "deleted")


def result(document: Import, language: str) -> dict[str, Any]:
    """Of an import that was finished in its request; what is said in it is said in `language`."""
    return {
        "kind": document.kind,
        **{name: {end: outcome.count(document, end, of=kind) for end in _COUNTED} for name, kind in LISTS.items()},
        "profile": _profile(document.profile_changed),
        "conflicts": _conflicts(outcome.not_stored(document)),
        "raised": outcome.raised_by(document),
        "left_out": left_out(left_out_of(document), language),
    }


def would(trial: Trial, language: str) -> dict[str, Any]:
    """The same of one that was only tried, but for the danger signs."""
    return {
        "kind": trial.kind,
        **{name: {end: trial.counts[kind][end] for end in _COUNTED} for name, kind in LISTS.items()},
        "profile": _profile(trial.profile_changed),
        "conflicts": _conflicts(trial.not_stored),
        "left_out": left_out(trial.left_out, language),
    }


def how_far(document: Import, language: str) -> dict[str, Any]:
    """How far an import is; why rows were refused is said in `language`."""
    created, unchanged, done = outcome.stored(document), outcome.count(document, "unchanged"), outcome.done(document)
    with translation.override(language):
        problems = [
            {"type": row.type, "id": row.id, "problem": _problem(row).body()} for row in outcome.not_stored(document)
        ]
    return {
        "id": document.pk,
        "kind": document.kind,
        "state": document.state,
        "accepted_at": document.accepted_at,
        "sent_by": document.sent_by_id,
        "rows": document.rows,
        "done": done,
        "created": created,
        "unchanged": unchanged,
        "refused": done - created - unchanged,
        "problems": problems,
        "profile": _profile(document.profile_changed),
        "raised": outcome.raised_by(document),
        "left_out": left_out(left_out_of(document), language),
        "removed": document.removed,
        "kept": created - document.removed if document.state == "taken_back" else None,
    }


def left_out(found: LeftOut, language: str) -> dict[str, Any]:
    """What was not taken, with the reasons in `language`."""
    with translation.override(language):
        first = [{"place": row.place, "reason": gettext(SAYS[row.reason])} for row in found.first]
    return {"passed_over": found.passed_over, "not_understood": found.not_understood, "first": first}


def _profile(changed: bool | None) -> str:
    return "not_yours" if changed is None else "changed" if changed else "unchanged"


def _conflicts(rows: Sequence[NotStored]) -> list[dict[str, Any]]:
    return [{"type": row.type, "id": row.id} for row in rows if row.status == "conflict"]


def _problem(row: NotStored) -> Problem:
    if row.status in BEYOND:
        return no_room(row.status, now=timezone.now())
    return Problem(*REFUSED[row.status])
