"""The form of what a diary holds beside its entries, stored and taken back by the functions that the API calls.

The form holds the id of its row, as that of an entry does. When the row was changed elsewhere meanwhile, the page says
what it is now and what was entered, and nothing is replaced until its reader has seen both.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

import msgspec
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.levels import Diary
from diary.access.log import Line
from diary.format.fields import RESOURCES, Resource
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date, validated
from diary.problems import not_found
from diary.reaching.local_time import local_date
from diary.recording.batch import Outcome
from diary.recording.decision import NOT_STORED, Change
from diary.screening_port import Raised
from diary.versions import Expected
from web.page import see_other
from web.reader import version_in
from web.today.row import RowPage

_UNFIT: Promise = _("That didn't work. Check what you entered.")
_CHANGED: Promise = _("This was changed elsewhere meanwhile. Save again to replace that by what you see here.")
_CHANGED_BEFORE: Promise = _("This was changed elsewhere meanwhile, and not deleted. It now says this.")
_GONE: Promise = _("This was deleted elsewhere. Save again to keep what you see here.")
_FULL: Promise = _("There is no room for more. Nothing was saved.")
_CONFLICT: Final = HTTPStatus.CONFLICT


class RecordForm(RowPage):
    """One row, new or stored; without an id in its address it is the form of a new one."""

    here = "diary"
    template: ClassVar[str]
    back: ClassVar[str]
    """The name of the page that lists these rows."""
    says: ClassVar[Mapping[str, Promise]]
    """What is wrong with a field, by its name."""

    @classmethod
    def sent_in(cls, form: QueryDict) -> dict[str, Any]:
        """What the form asks for, as the API takes it and not validated yet."""
        raise NotImplementedError

    def given_of(self, content: Any) -> dict[str, Any]:
        """What is stored, as the form shows it."""
        raise NotImplementedError

    def begun(self) -> dict[str, Any]:
        """What stands in the form of a new one."""
        return {}

    def asked(self, given: Mapping[str, Any], id_: UUID) -> Mapping[str, Any]:
        """What the template asks beside its plain fields."""
        return {}

    def in_words(self, content: Any) -> str:
        """The row in a line."""
        raise NotImplementedError

    def signs_in(self, sent: Mapping[str, Any], id_: UUID) -> Sequence[Raised]:
        """Danger signs in what could not be stored."""
        return ()

    def keep(self, change: Change) -> Outcome:
        """Store it."""
        return self.record(change)

    def get(self, request: HttpRequest, id: UUID | None = None, patient: Diary = "me") -> HttpResponse:  # noqa: A002
        """The form. Raises Problem 404."""
        if id is None:
            return self.form(self.begun(), id_=uuid4())
        row = self.stored(id)
        if row is None:
            raise not_found()
        self.note_look(Line("read", self.type, id))
        return self.form(self.given_of(row.content), id_=id, version=row.version)

    def post(self, request: HttpRequest, id: UUID | None = None, patient: Diary = "me") -> HttpResponse:  # noqa: A002
        """Store it, or take it back. Raises Problem 404."""
        if id is None:
            raise not_found()
        expected = version_in(request) if "version" in request.POST else None
        if request.POST.get("do") == "delete":
            return self._removed(id, expected)
        return self.write(id, expected, self.sent_in(request.POST))

    def form(
        self,
        given: Mapping[str, Any],
        *,
        id_: UUID,
        version: int | None = None,
        fault: Promise | None = None,
        faults: Mapping[str, Promise] | None = None,
        both: tuple[str, str] | None = None,
        raised: Sequence[Raised] = (),
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        """The fields, with what was filled in; `both` is what is stored and what was entered, when these differ."""
        return self.page(
            self.template,
            lambda: {
                "given": given,
                "version": version,
                "fault": fault,
                "faults": faults or {},
                "both": both,
                "raised": raised,
                "action": self.address(f"{self.type}-page", id_),
                "back": self.address(self.back),
                **self.asked(given, id_),
            },
            status=status,
        )

    def today(self) -> str:
        """The patient's day, as a form says it."""
        return local_date(user_id=self.patient.pk, now=self.now).isoformat()

    def write(self, id_: UUID, expected: Expected, sent: Mapping[str, Any]) -> HttpResponse:
        """Store `sent` under the id, with what stands there that it leaves out."""
        before = self.stored(id_)
        kept: Mapping[str, Any] = msgspec.to_builtins(before.content) if before else {}
        whole = {**kept, **sent, "id": str(id_)}
        try:
            content: Resource = validated(RESOURCES[self.type], whole, latest=latest_date(self.now))
        except Invalid as unfit:
            named = {error.pointer.split("/")[1] for error in unfit.errors}
            faults = {name: self.says[name] for name in named & self.says.keys()}
            return self._again(
                id_, fault=None if faults else _UNFIT, faults=faults, raised=self.signs_in(whole, id_), status=400
            )
        outcome = self.keep(Change(self.type, id_, content, expected))
        if outcome.status == "conflict" and outcome.stored is not None:  # this very form, sent again with other words
            outcome = self.keep(Change(self.type, id_, content, outcome.stored.version))
        if outcome.status in NOT_STORED:
            return self._not_stored(outcome, id_, content, self.signs_in(whole, id_))
        if outcome.raised:
            return self.page("pages/raised.html", lambda: {"raised": outcome.raised})
        return self._done()

    def _removed(self, id_: UUID, expected: Expected) -> HttpResponse:
        outcome = self.record(Change(self.type, id_, None, expected))
        row = self.stored(id_) if outcome.status in NOT_STORED else None
        if row is None:
            return self._done()
        return self.form(
            self.given_of(row.content), id_=id_, version=row.version, fault=_CHANGED_BEFORE, status=_CONFLICT
        )

    def _done(self) -> HttpResponse:
        return see_other(f"{self.address(self.back)}?saved")

    def _again(self, id_: UUID, **shown: Any) -> HttpResponse:
        """What was entered stays on the page, beside what is stored of all else."""
        row = self.stored(id_)
        given = {**(self.given_of(row.content) if row else {}), **self.request.POST.dict()}
        return self.form(given, id_=id_, version=row.version if row else None, **shown)

    def _not_stored(self, outcome: Outcome, id_: UUID, content: Resource, raised: Sequence[Raised]) -> HttpResponse:
        if outcome.status == "gone":  # its id is used up
            return self.form(self.request.POST, id_=uuid4(), fault=_GONE, raised=raised, status=_CONFLICT)
        stands = outcome.stored.content if outcome.stored else None
        if outcome.status == "stale" and stands is not None:
            both = (self.in_words(stands), self.in_words(content))
            return self._again(id_, fault=_CHANGED, both=both, raised=raised, status=_CONFLICT)
        return self._again(id_, fault=_FULL, raised=raised, status=_CONFLICT)
