"""`/people`: the reader's own care circle: who is in it or invited, how far each reaches, and inviting someone."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access import circle
from diary.access.log import Line
from diary.api.caregivers import Invitation
from diary.format.strict_json import Invalid
from diary.format.validation import latest_date, validated
from diary.models import Caregiver, User
from diary.models.caregiver import Level
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found, said
from diary.proof import Proof
from web.identity.again import asked_again
from web.page import see_other
from web.reader import ReaderPage, digest_of

LEVELS: Final[Mapping[Level, Promise]] = {
    "alerts": _("gets the alerts, and doesn't see the diary"),
    "read": _("gets the alerts, and reads everything in the diary"),
    "log": _("gets the alerts, reads everything and writes too"),
}
_ADDRESS: Promise = _("Enter an email address, such as anna@example.org.")
_TO_BE_SHOWN: Final = (ProblemType.NOT_FOUND, ProblemType.INVALID_TOKEN)
"""Problems that are not about what was entered."""


class PeoplePage(ReaderPage):
    """Everyone in it, with forms to change and end each place, and one to invite."""

    reach = {"GET": "own", "POST": "own"}
    here = "people"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The circle as it is now."""
        return self._shown()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Invite, change or end. What opens the diary further takes a recent sign-in. Raises Problem 404."""
        acts = {"invite": self._invite, "level": self._change_level, "end": self._end}
        if (act := acts.get(request.POST.get("do", ""))) is None:
            raise not_found()
        try:
            act()
        except Invalid:
            return self._shown(fault=_ADDRESS)
        except Problem as problem:
            if problem.type is ProblemType.PROOF_REQUIRED:
                return asked_again(request)
            if problem.type in _TO_BE_SHOWN:
                raise
            return self._shown(fault=problem)
        return see_other("people")

    def _invite(self) -> None:
        sent = {"email": self.request.POST.get("email", "").strip(), "level": self.request.POST.get("level", "")}
        given = validated(Invitation, sent, latest=latest_date(self.now))
        self._proof().require()
        circle.invite(owner=self.access, email=given.email, level=given.level, now=self.now)

    def _change_level(self) -> None:
        level = self.request.POST.get("level", "")
        if level not in LEVELS:
            raise not_found()
        circle.change_level(
            owner=self.access,
            caregiver_id=self._named(),
            level=cast("Level", level),
            expected=None,
            proof=self._proof(),
            now=self.now,
        )

    def _end(self) -> None:
        circle.end(access=self.access, caregiver_id=self._named(), now=self.now)

    def _named(self) -> UUID:
        try:
            return UUID(self.request.POST.get("place", ""))
        except ValueError:
            raise not_found() from None

    def _proof(self) -> Proof:
        return Proof(digest_of(self.request) or "", self.now)

    def _shown(self, *, fault: Promise | Problem | None = None) -> HttpResponse:
        places = _with_names(circle.circle(patient_id=self.access.patient_id))
        self.note_look(Line("read", "caregivers"))
        status = fault.status if isinstance(fault, Problem) else HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK

        def view() -> Mapping[str, Any]:
            return {
                "people": places,
                "levels": LEVELS.items(),
                "given": self.request.POST if fault else {"level": "read"},
                "fault": said(fault.detail) if isinstance(fault, Problem) else fault,
            }

        return self.page("pages/people.html", view, status=status)


def _with_names(places: Iterable[Caregiver]) -> list[dict[str, Any]]:
    """As the API presents them, with the name of who has accepted; it is empty where there is none."""
    kept = list(places)
    taken = {place.pk: place.user_id for place in kept if place.state == "accepted" and place.user_id}
    names = dict(User.objects.filter(pk__in=taken.values()).values_list("pk", "name"))
    shown = circle.presented_all(kept)
    return [{**one, "name": names[taken[one["id"]]] if one["id"] in taken else ""} for one in shown]
