"""`/import`: a file to bring along, and what was brought along before."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.log import Line
from diary.api.framework.limiting import READINGS_AT_ONCE, WHOLE_DIARY, few_at_once, require_within_limits
from diary.api.imports import LARGEST
from diary.api.recent_rows import RecentRows
from diary.format.strict_json import Invalid, Malformed
from diary.health_files.opening import Kind
from diary.health_files.weights_csv import Unit
from diary.problems import said
from diary.recording.imports.accept import KEPT, imports_of, propose
from diary.screening_port import Raised
from web.page import see_other
from web.reader import ReaderPage

KINDS: Final[Mapping[Kind, Promise | str]] = {
    "diary": _("A diary document"),
    "apple_health": _("The Health app of an iPhone"),
    "health_connect": "Health Connect",
    "fhir": _("FHIR Observations"),
    "weights": _("A table of weights"),
}
STATES: Final[Mapping[str, Promise]] = {
    "waiting": _("is being imported"),
    "done": _("imported"),
    "stopped": _("stopped"),
    "taking_back": _("is being taken back"),
    "taken_back": _("taken back"),
}
_UNITS: Final[Mapping[str, Unit]] = {"kg": "kg", "lb": "lb"}
_NO_FILE: Promise = _("Choose a file.")
_TOO_LARGE: Promise = _("The file is too large for this page.")
_FAULTY: Promise = _("This diary document has a fault, so nothing of it was taken.")


class ImportsPage(ReaderPage):
    """A form for a file; what it holds is shown on a page of its own, and stored only from there."""

    reach = {"GET": "own", "POST": "own"}
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, and the imports so far."""
        self.note_look(Line("read", "document"))
        return self._shown(fault=_TOO_LARGE if request.GET.get("file") == "too-large" else None)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read the file, as an import does. Raises Problem 429 while others of this reader's are being read."""
        require_within_limits(request, holder=self.caller.user_id, cost=WHOLE_DIARY - 1)
        file = request.FILES.get("file")
        if file is None or file.size is None:
            return self._shown(fault=_NO_FILE)
        if file.size > LARGEST:
            return self._shown(fault=_TOO_LARGE, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        recent = RecentRows()
        unit = _UNITS.get(request.POST.get("unit", ""))
        try:
            with few_at_once(str(self.caller.user_id), most=READINGS_AT_ONCE):
                proposed = propose(access=self.access, read=file.read, look=recent.look, now=self.now, unit=unit)
        except Malformed as malformed:
            return self._shown(fault=malformed)
        except Invalid as invalid:
            return self._shown(fault=invalid, raised=recent.signs(access=self.access, now=self.now))
        return see_other("import", proposed.pk)

    def _shown(
        self,
        *,
        fault: Promise | Malformed | Invalid | None = None,
        raised: list[Raised] | None = None,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
    ) -> HttpResponse:
        found = list(imports_of(access=self.access)[:KEPT])

        def view() -> Mapping[str, Any]:
            return {
                "fault": _words(fault),
                "raised": raised or [],
                "unit": self.request.POST.get("unit", ""),
                "limit": LARGEST // 2**20,
                "imports": [(one, KINDS[cast("Kind", one.kind)], STATES[one.state]) for one in found],
            }

        return self.page("pages/imports.html", view, status=HTTPStatus.OK if fault is None else status)


def _words(fault: Promise | Malformed | Invalid | None) -> object:
    """In the reader's language; of a document's faults the first, with where it is."""
    if isinstance(fault, Malformed):
        return said(fault.says)
    if isinstance(fault, Invalid):
        first = fault.errors[0]
        return f"{_FAULTY} {first.pointer}: {said(first.detail)}"
    return fault
