"""`/import/<id>`: what a file would add, then how far its import is, and taking it back."""

from collections.abc import Mapping
from math import inf
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.log import Line
from diary.api.import_answers import left_out
from diary.api.recent_rows import RecentRows
from diary.health_files.opening import Kind
from diary.models import Import
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found, said
from diary.recording.imports import outcome
from diary.recording.imports.accept import begin, discard, is_large, left_out_of, proposed
from diary.recording.imports.outcome import Result
from diary.recording.imports.take_back import import_of, take_back
from diary.recording.imports.trial import compared
from diary.recording.imports.work import nudge, work
from web.imports.imports import KINDS, STATES
from web.page import see_other
from web.reader import ReaderPage

_WOULD: Final[Mapping[Result, Promise]] = {
    "stored": _("new"),
    "unchanged": _("there already"),
    "conflict": _("there already, and different: yours stay"),
    "deleted": _("deleted here before: they stay deleted"),
}
_BECAME: Final[Mapping[Result, Promise]] = {**_WOULD, "stored": _("stored"), "full": _("no room for them")}


class Counted(NamedTuple):
    """How many records came, or would come, to an end."""

    number: int
    end: Promise


class ImportPage(ReaderPage):
    """One file: proposed, imported, or taken back."""

    reach = {"GET": "own", "POST": "own"}
    here = "account"

    def get(self, request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002
        """How it stands. Raises Problem 404."""
        found = proposed(access=self.access, import_id=id)
        return self._begun(import_of(access=self.access, import_id=id)) if found is None else self._proposed(found)

    def post(self, request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002
        """Import it, leave it, or take it back. Raises Problem 404."""
        acts = {"import": self._import, "discard": self._discard, "take-back": self._take_back}
        if (act := acts.get(request.POST.get("do", ""))) is None:
            raise not_found()
        return act(id)

    def _import(self, id_: UUID) -> HttpResponse:
        try:
            document = begin(access=self.access, import_id=id_, line=Line("imported", "document"), now=self.now)
        except Problem as problem:
            found = proposed(access=self.access, import_id=id_)
            if problem.type is not ProblemType.IMPORT_IN_PROGRESS or found is None:
                raise
            return self._proposed(found, fault=problem)
        return self._worked_on(document)

    def _discard(self, id_: UUID) -> HttpResponse:
        discard(access=self.access, import_id=id_)
        return see_other("imports")

    def _take_back(self, id_: UUID) -> HttpResponse:
        document, is_new = take_back(access=self.access, import_id=id_, now=self.now)
        return self._worked_on(document) if is_new else see_other("import", id_)

    def _worked_on(self, document: Import) -> HttpResponse:
        """At once if it is small, as the API does."""
        if is_large(document):
            nudge(document.pk)
        else:
            work(import_id=document.pk, now=self.now, seconds=inf)
        return see_other("import", document.pk)

    def _proposed(self, found: Import, *, fault: Problem | None = None) -> HttpResponse:
        recent = RecentRows()
        trial = compared(access=self.access, proposed=found, look=recent.look)
        totals = {end: sum(counts[end] for counts in trial.counts.values()) for end in _WOULD}
        raised = recent.signs(access=self.access, now=self.now)
        self.note_look(Line("read", "document", found.pk))

        def view() -> Mapping[str, Any]:
            return {
                **self._around(found),
                "counts": [Counted(totals[end], words) for end, words in _WOULD.items() if totals[end]],
                "is_new": bool(totals["stored"] or trial.profile_changed),
                "profile_changed": trial.profile_changed,
                "raised": raised,
                "fault": said(fault.detail) if fault else None,
            }

        return self.page("pages/import_proposed.html", view, status=fault.status if fault else 200)

    def _begun(self, document: Import) -> HttpResponse:
        self.note_look(Line("read", "document", document.pk))
        ended = {end: outcome.count(document, end) for end in _BECAME}

        def view() -> Mapping[str, Any]:
            return {
                **self._around(document),
                "counts": [Counted(ended[end], words) for end, words in _BECAME.items() if ended[end]],
                "state": STATES[document.state],
                "done": outcome.done(document),
                "kept": outcome.stored(document) - document.removed,
                "can_be_taken_back": document.state in ("waiting", "done", "stopped") and outcome.stored(document) > 0,
                "raised": outcome.raised_by(document),
            }

        return self.page("pages/import.html", view)

    def _around(self, document: Import) -> Mapping[str, Any]:
        return {
            "import": document,
            "kind": KINDS[cast("Kind", document.kind)],
            "left_out": left_out(left_out_of(document), self.language),
        }
