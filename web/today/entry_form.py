"""The form of an entry: shown, sent, stored by the one function that stores, and answered with its danger signs.

The form holds the id of its entry. Sent twice it is one entry; sent once more after the button "back", with another
answer, it is that entry mended. Whatever keeps it from being stored, its danger signs are answered.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.format.fields import Entry
from diary.format.salvage import salvaged
from diary.format.strict_json import Invalid
from diary.format.time_zones import time_zone
from diary.format.validation import latest_date, validated
from diary.reaching.local_time import ANYWHERE, zones_told
from diary.recording.batch import Outcome
from diary.recording.decision import NOT_STORED, Change
from diary.recording.listing import goes_on, treatments
from diary.recording.rows import Stored
from diary.screening_port import Raised, screening
from diary.versions import Expected
from web.beginning.places import town
from web.page import language_asked, see_other
from web.today.answers import day_of, entry_of, given_in, given_of, says_anything, with_the_rest
from web.today.questions import asked
from web.today.row import RowPage

_FAULTS: Mapping[str, Promise] = {
    "date": _("Choose a day that isn't in the future."),
    "weight_kg": _("Enter a weight in kilograms, such as 70.5."),
    "note": _("A note has at most 4,000 characters."),
}
_NOTHING: Promise = _("Nothing is answered yet. Tap at least one answer.")
_CHANGED: Promise = _("This entry was changed elsewhere meanwhile. Save again to replace that by what you see here.")
_CHANGED_BEFORE: Promise = _("This entry was changed elsewhere meanwhile, and not deleted. It now says this.")
_UNFIT: Promise = _("That didn't work. Check what you entered.")
_GONE: Promise = _("This entry was deleted elsewhere. Save again to keep what you see here as a new one.")
_FULL: Promise = _("There is no room for more entries. Nothing was saved.")
_CONFLICT: Final = HTTPStatus.CONFLICT
_MOST_TREATMENTS: Final = 20


class EntryForm(RowPage):
    """What new entries and old ones have in common."""

    type = "entry"

    @classmethod
    def signs(cls, request: HttpRequest) -> Sequence[Raised]:
        """Of what was sent and could not even be looked at: judged alone, without the database."""
        now = timezone.now()
        sent = entry_of(request.POST, id_="", treatments=(), zone=request.POST.get("zone", ""))
        match = request.resolver_match
        return screening().signs_in_refused(
            refused=[salvaged(sent, latest=latest_date(now), now=now)],
            patient_id=None,
            own=match is None or match.kwargs.get("patient", "me") == "me",
            language=language_asked(request),
            now=now,
        )[0]

    def write(self, *, id_: UUID, before: Stored | None = None, expected: Expected = None) -> HttpResponse:
        """Store what was sent under `id_`; answers with the danger signs in it, else with what is stored.

        `before` is the entry that it mends, of which what the form does not ask for is kept.
        """
        form, treatments = self.request.POST, self.treatments()
        sent = entry_of(form, id_=str(id_), treatments=treatments, zone=form.get("zone") or self.clock or "")
        if before is not None:
            sent = with_the_rest(sent, cast("Entry", before.content), asked=treatments)
        if not says_anything(sent):
            return self.form(given_in(form), id_=id_, fault=_NOTHING, status=HTTPStatus.BAD_REQUEST)
        try:
            entry = validated(Entry, sent, latest=latest_date(self.now))
        except Invalid as unfit:
            return self._unfit(unfit, sent, id_)
        outcome = self.record(Change("entry", id_, entry, expected))
        if outcome.status == "conflict" and outcome.stored is not None:
            # the form of this very entry, sent again with another answer
            return self.write(id_=id_, before=outcome.stored, expected=outcome.stored.version)
        if outcome.status in NOT_STORED:
            return self._not_stored(outcome, id_, self._signs_in(sent, id_))
        if outcome.raised:
            return self.page("pages/raised.html", lambda: {"raised": outcome.raised, "entry_page": self._entry(id_)})
        return see_other(self._entry(id_))

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
        """The questions, with what was answered; `version` is that of the entry which is mended."""
        return self.page(
            "pages/entry_form.html",
            lambda: {
                "given": given,
                "id": id_,
                "version": version,
                "fault": fault,
                "faults": faults or {},
                "raised": raised,
                "action": self._entry(id_) if version else self.address("today"),
                "day": day_of(given.get("date", "")),
                "town": town(given.get("zone", "")),
                **asked(given, treatments=self.treatments()),
            },
            status=status,
        )

    @cached_property
    def clock(self) -> str | None:
        """The zone of the patient's clock, else the reader's; None while neither has said where they are."""
        told = zones_told(user_ids=[self.patient.pk, self.caller.user_id])
        return told.get(self.patient.pk) or told.get(self.caller.user_id)

    def treatments(self) -> dict[UUID, str]:
        """What is being tried now, by name."""
        today = self.now.astimezone(time_zone(self.clock or ANYWHERE)).date()
        listing = treatments(patient_id=self.access.patient_id, on=today)
        found, _cursor = listing.page(limit=_MOST_TREATMENTS, cursor=None)
        newest: list[Any] = [row.content for row in found]
        return {one.id: one.name for one in reversed(newest) if goes_on(one, today)}

    def remove(self, id_: UUID, *, expected: Expected) -> HttpResponse:
        """Take the entry back."""
        outcome = self.record(Change("entry", id_, None, expected))
        if outcome.status not in NOT_STORED:
            return see_other(self.address("diary"))
        row = self.stored(id_)  # as it is now, since what was to go is no longer that
        given = given_of(cast("Entry", row.content)) if row else {}
        return self.form(given, id_=id_, version=row.version if row else None, fault=_CHANGED_BEFORE, status=_CONFLICT)

    def _entry(self, id_: UUID) -> str:
        return self.address("entry-page", id_)

    def _unfit(self, unfit: Invalid, sent: Mapping[str, Any], id_: UUID) -> HttpResponse:
        """Some answer can't be: what was filled in comes back, marked, with the danger signs in it."""
        names = {error.pointer.split("/")[1] for error in unfit.errors}
        faults = {name: _FAULTS[name] for name in names & _FAULTS.keys()}
        return self.form(
            given_in(self.request.POST),
            id_=id_,
            version=self.version(id_),
            fault=None if faults else _UNFIT,
            faults=faults,
            raised=self._signs_in(sent, id_),
            status=HTTPStatus.BAD_REQUEST,
        )

    def _not_stored(self, outcome: Outcome, id_: UUID, raised: Sequence[Raised]) -> HttpResponse:
        """It was changed elsewhere, or deleted, or there is no room: what was answered stays on the page."""
        given, version = given_in(self.request.POST), self.version(id_)
        if outcome.status == "gone":  # its id is used up
            return self.form(given, id_=uuid4(), fault=_GONE, raised=raised, status=_CONFLICT)
        fault = _CHANGED if outcome.status == "stale" else _FULL
        return self.form(given, id_=id_, version=version, fault=fault, raised=raised, status=_CONFLICT)

    def _signs_in(self, sent: Mapping[str, Any], id_: UUID) -> Sequence[Raised]:
        """Of an entry that could not be stored: they are told all the same."""
        read = salvaged(dict(sent), id_=id_, latest=latest_date(self.now), now=self.now)
        return screening().signs_in_refused(
            refused=[read], patient_id=self.access.patient_id, own=self.own, language=self.language, now=self.now
        )[0]
