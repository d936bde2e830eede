"""`/about-you`: what the rules weigh beside the entries, such as a cancer in the past. Everything may stay open."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.log import Line
from diary.format.fields import Profile
from diary.format.salvage import salvaged_profile
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date, validated
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.recording.profile import change_profile, read_profile
from diary.screening_port import Raised, screening
from web.page import see_other
from web.question import one_of, yes_or_no
from web.reader import NEXT, ReaderPage, version_in, way_on

YES_OR_NO: Final[Mapping[str, Promise]] = {
    "cancer_history": _("Have you ever had cancer?"),
    "osteoporosis": _("Do you have osteoporosis (brittle bones)?"),
    "steroid_use": _("Have you been taking cortisone tablets for months?"),
    "asbestos_exposure": _("Have you worked with asbestos?"),
    "long_term_lung_condition": _("Do you have a long-term lung condition, such as asthma or COPD?"),
    "losing_weight_on_purpose": _("Are you losing weight on purpose?"),
}
SMOKING: Final[Mapping[str, Promise]] = {
    "never": _("Never"),
    "former": _("In the past"),
    "current": _("Yes, I smoke"),
}
_FIELDS: Final = frozenset({*YES_OR_NO, "smoking", "birth_year"})
_SAID: Final = {"yes": True, "no": False}
_SHOWN: Final = {True: "yes", False: "no"}
_YEAR: Promise = _("Enter the year with four digits, such as 1961.")
_CHANGED: Promise = _("This was changed elsewhere meanwhile. Save again to replace that by what you see here.")


class AboutYouPage(ReaderPage):
    """The questions with what was answered so far; danger signs that an answer makes of what was noted come first."""

    reach = {"GET": "own", "POST": "own"}
    keeps_form = True
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """As it is stored."""
        profile = read_profile(patient_id=self.access.patient_id)
        self.note_look(Line("read", "profile"))
        return self._form(_given_of(profile), version=str(profile["version"]))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it, and go on. Raises Problem 404 for a diary that is gone."""
        sent = _sent_in(request)
        try:
            changed = change_profile(
                patient_id=self.access.patient_id,
                actor_id=self.access.actor_id,
                given=validated(Profile, sent, latest=latest_date(self.now)),
                fields=set(sent),
                expected=version_in(request),
                line=Line("written", "profile"),
                now=self.now,
            )
        except Invalid:
            version = request.POST.get("version", "")
            return self._form(request.POST, version=version, raised=self._signs_in(sent), year=_YEAR)
        except Problem as problem:
            if problem.type is not ProblemType.VERSION_MISMATCH:
                raise
            version = str(problem.members["current"]["version"])  # type: ignore[index] # the profile as it stands
            return self._form(request.POST, version=version, raised=self._signs_in(sent), fault=_CHANGED)
        if changed.raised:
            return self.page("pages/raised.html", lambda: {"raised": changed.raised, "patient": "me"})
        return see_other(way_on(request) or "account")

    def _form(
        self,
        given: Mapping[str, Any],
        *,
        version: str,
        raised: Sequence[Raised] = (),
        year: Promise | None = None,
        fault: Promise | None = None,
    ) -> HttpResponse:
        refused = HTTPStatus.CONFLICT if fault else HTTPStatus.BAD_REQUEST if year else HTTPStatus.OK
        return self.page(
            "pages/about_you.html",
            lambda: {
                "given": given,
                "version": version,
                "raised": raised,
                "faults": {"birth_year": year},
                "fault": fault,
                "questions": [yes_or_no(name, label, given) for name, label in YES_OR_NO.items()],
                "smoking": one_of("smoking", _("Do you smoke?"), SMOKING, given),
                NEXT: way_on(self.request),
            },
            status=refused,
        )

    def _signs_in(self, sent: Mapping[str, Any]) -> list[Raised]:
        """Of answers that could not be stored: they are told all the same."""
        given = salvaged_profile(dict(sent), latest=latest_date(self.now))
        return screening().signs_in_refused_profile(
            patient_id=self.access.patient_id, reader_id=self.access.actor_id, given=given, now=self.now
        )


def _sent_in(request: HttpRequest) -> dict[str, Any]:
    """The fields as the API takes them; None for what is not answered."""
    year = request.POST.get("birth_year", "").strip()
    smoking = request.POST.get("smoking", "")
    return {
        **{name: _SAID.get(request.POST.get(name, "")) for name in YES_OR_NO},
        "smoking": smoking if smoking in SMOKING else None,
        "birth_year": (int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else year) or None,
    }


def _given_of(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The profile as the form shows it."""
    return {name: _SHOWN.get(profile[name], profile[name]) for name in _FIELDS if profile[name] is not None}
