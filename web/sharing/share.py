"""`/share`: links for a surgery: made with one tap, shown as a QR code, listed with who opened each, ended."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.log import Line
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date, validated
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found, said
from papers.api.shares import NewShare
from papers.sharing import shares
from papers.typesetting.plain_text import one_line
from web.page import see_other
from web.reader import ReaderPage

HOURS: Final[Mapping[int, Promise]] = {1: _("An hour"), 24: _("A day"), 168: _("A week"), 720: _("30 days")}
_USUAL: Final = 24
_PASSCODE: Promise = _("A passcode has 4 to 40 characters.")
_LABEL: Promise = _("A name for the link has at most 80 characters.")


class SharePage(ReaderPage):
    """All links of the last months, the newest first, and the button that makes one."""

    reach = {"GET": "own", "POST": "own"}
    here = "share"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The links as they are now."""
        return self._shown()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make one or end one. Raises Problem 404."""
        acts: dict[str, Callable[[], None]] = {"make": self._make, "end": self._end}
        if (act := acts.get(request.POST.get("do", ""))) is None:
            raise not_found()
        try:
            act()
        except Invalid as invalid:
            return self._shown(fault=_fault(invalid))
        except Problem as problem:
            if problem.type is not ProblemType.TOO_MANY_SHARES:
                raise
            return self._shown(fault=problem)
        return see_other("share-page")

    def _make(self) -> None:
        asked = self.request.POST.get("hours", "")
        sent = {
            "expires_in_hours": int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 0,
            "passcode": self.request.POST.get("passcode", "").strip() or None,
            "label": one_line(self.request.POST.get("label", "")) or None,
        }
        given = validated(NewShare, sent, latest=latest_date(self.now))
        shares.make(
            access=self.access,
            hours=given.expires_in_hours,
            passcode=given.passcode,
            label=given.label or "",
            now=self.now,
        )

    def _end(self) -> None:
        try:
            share_id = UUID(self.request.POST.get("share", ""))
        except ValueError:
            raise not_found() from None
        shares.end(access=self.access, share_id=share_id, now=self.now)

    def _shown(self, *, fault: Promise | Problem | None = None) -> HttpResponse:
        found = shares.listed(access=self.access, now=self.now)
        self.note_look(Line("read", "shares"))
        status = fault.status if isinstance(fault, Problem) else 400 if fault else 200

        def view() -> Mapping[str, Any]:
            return {
                "living": [(share, qr_code(share.link)) for share in found if share.link],
                "over": [share for share in found if not share.link],
                "hours": [(hours, told, hours == _USUAL) for hours, told in HOURS.items()],
                "given": self.request.POST if fault else {},
                "fault": said(fault.detail) if isinstance(fault, Problem) else fault,
            }

        return self.page("pages/share.html", view, status=status)


def qr_code(link: str) -> str:
    """The link as a picture (SVG in a data address), dark on light whatever the page's colours are."""
    return str(
        segno.make(link, error="m", micro=False).svg_data_uri(dark="#000", light="#fff", border=4, omitsize=True)
    )


def _fault(invalid: Invalid) -> Promise:
    pointers = {error.pointer for error in invalid.errors}
    if "/expires_in_hours" in pointers:  # no form of ours sends such a thing
        raise not_found()
    return _PASSCODE if "/passcode" in pointers else _LABEL
