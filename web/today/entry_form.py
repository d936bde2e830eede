"""The form of an entry: shown, sent, stored by the one function that stores, and answered with its danger signs.

The form holds the id of its entry. Sent twice it is one entry; sent once more after the button "back", with another
answer, it is that entry mended.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.log import Line
from diary.format.fields import Entry
from diary.format.salvage import salvaged
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date, validated
from diary.recording import rows
from diary.recording.batch import Outcome
from diary.recording.changes import record_changes
from diary.recording.decision import NOT_STORED, Change
from diary.recording.listing import Span, resources
from diary.recording.rows import Stored
from diary.screening_port import Raised, screening
from diary.versions import Expected
from web.page import see_other
from web.reader import ReaderPage
from web.today.answers import entry_of, given_in, says_anything, with_the_rest
from web.today.questions import asked, taken

_FAULTS: Mapping[str, Promise] = {
    "date": _("Choose a day that isn't in the future."),
    "weight_kg": _("Enter a weight in kilograms, such as 70.5."),
    "note": _("A note has at most 4,000 characters."),
}
_NOTHING: Promise = _("Nothing is answered yet. Tap at least one answer.")
_CHANGED: Promise = _("This entry was changed elsewhere meanwhile. Save again to replace that by what you see here.")
_UNFIT: Promise = _("That didn't work. Check what you entered.")
_GONE: Promise = _("This entry was deleted, so nothing was saved. Start a new one.")
_FULL: Promise = _("There is no room for more entries. Nothing was saved.")
_MOST_TREATMENTS = 20


class EntryForm(ReaderPage):
    """What new entries and old ones have in common."""

    keeps_form = True

    def write(
        self, *, id_: UUID, before: Stored | None = None, expected: Expected = None, now: datetime
    ) -> HttpResponse:
        """Store what was sent under `id_`; answers with the danger signs in it, else with what is stored.

        `before` is the entry that it mends, of which what the form does not ask for is kept.
        """
        form, treatments = self.request.POST, self.treatments()
        sent = entry_of(form, id_=id_, treatments=treatments, zone=str(self.zone), recorded=form.get("opened", ""))
        if before is not None:
            sent = with_the_rest(sent, cast("Entry", before.content), asked=treatments)
        if not says_anything(sent):
            return self.form(given_in(form), id_=id_, fault=_NOTHING, status=HTTPStatus.BAD_REQUEST)
        try:
            entry = validated(Entry, sent, latest=latest_date(now))
        except Invalid as unfit:
            names = {error.pointer.split("/")[1] for error in unfit.errors}
            faults = {name: _FAULTS[name] for name in names & _FAULTS.keys()}
            return self.form(
                given_in(form),
                id_=id_,
                fault=None if faults else _UNFIT,
                faults=faults,
                raised=self._signs_in(sent, id_, now),
                status=HTTPStatus.BAD_REQUEST,
            )
        outcome = self._record(Change("entry", id_, entry, expected), now)
        if outcome.status == "conflict" and outcome.stored is not None:
            # the form of this very entry, sent again with another answer
            return self.write(id_=id_, before=outcome.stored, expected=outcome.stored.version, now=now)
        if outcome.status in NOT_STORED:
            return self._not_stored(outcome, id_)
        if outcome.raised:
            return self.page("pages/raised.html", lambda: {"raised": outcome.raised, "entry": id_})
        return see_other("entry-page", id_)

    def form(
        self,
        given: Mapping[str, Any],
        *,
        id_: UUID,
        version: int | None = None,
        fault: Promise | None = None,
        faults: Mapping[str, Promise] | None = None,
        raised: Sequence[Raised] = (),
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        """The questions, with what was answered."""
        return self.page(
            "pages/entry_form.html",
            lambda: {
                "given": given,
                "id": id_,
                "version": version,
                "fault": fault,
                "faults": faults or {},
                "raised": raised,
                **asked(given),
                "taken": list(taken(self.treatments(), given)),
            },
            status=status,
        )

    def treatments(self) -> dict[UUID, str]:
        """What is being tried now, by name."""
        listing = resources(patient_id=self.access.patient_id, kind="treatment", span=Span())
        found, _cursor = listing.page(limit=500, cursor=None)
        today = self.now.astimezone(self.zone).date()
        contents: list[Any] = [row.content for row in found]
        current = [one for one in contents if one.stopped_on is None or one.stopped_on >= today]
        return {one.id: one.name for one in current[-_MOST_TREATMENTS:]}

    def stored(self, id_: UUID) -> Stored | None:
        """The entry as it is stored; None for one that was deleted or never was."""
        row = rows.read(patient_id=self.access.patient_id, keys=[("entry", id_)]).get(("entry", id_))
        return None if row is None or row.deleted else row

    def _record(self, change: Change, now: datetime) -> Outcome:
        recorded = record_changes(
            patient_id=self.access.patient_id,
            actor_id=self.access.actor_id,
            changes=[change],
            now=now,
            line=Line("deleted" if change.content is None else "written", "entry", change.id),
        )
        return recorded.outcomes[0]

    def remove(self, id_: UUID, *, expected: Expected, now: datetime) -> HttpResponse:
        """Take the entry back."""
        outcome = self._record(Change("entry", id_, None, expected), now)
        return self._not_stored(outcome, id_) if outcome.status in NOT_STORED else see_other("diary")

    def _signs_in(self, sent: Mapping[str, Any], id_: UUID, now: datetime) -> list[Raised]:
        """Of an entry that could not be stored: they are told all the same."""
        read = salvaged(dict(sent), id_=id_, latest=latest_date(now), now=now)
        signs = screening().signs_in_refused(
            refused=[read], patient_id=self.access.patient_id, own=True, language=self.language, now=now
        )
        return signs[0]

    def _not_stored(self, outcome: Outcome, id_: UUID) -> HttpResponse:
        """It was changed elsewhere, or deleted, or there is no room: what was answered stays on the page."""
        row = self.stored(id_)
        fault = _CHANGED if outcome.status == "stale" else _GONE if outcome.status == "gone" else _FULL
        version = row.version if row else None
        return self.form(given_in(self.request.POST), id_=id_, version=version, fault=fault, status=HTTPStatus.CONFLICT)
