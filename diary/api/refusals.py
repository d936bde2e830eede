"""What a refused write answers all the same: the danger signs that can be read in what was sent.

`raised` is in every refusal here of someone whose token is valid, an empty list when no sign could be read.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final, NoReturn
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language_from_request
from rest_framework.request import Request

from diary.access.levels import Access, Diary, require
from diary.api.framework.exception_handler import as_problem
from diary.api.framework.parsers import data_of, parsed, raw_body
from diary.api.framework.repeating import repeated
from diary.api.framework.throttles import holder_of
from diary.api.framework.view import ApiView, Refusal
from diary.format.salvage import Salvaged
from diary.problems import Problem, too_many
from diary.reaching.languages import language_of
from diary.screening_port import screening

CHEAP: Final = 16 * 1024
"""Bytes of a body that is looked at although its sender asks too often: an entry with the longest note."""
_CARRYING: Final = frozenset({"PUT", "POST"})
_UNREAD: Final = frozenset({HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE})


class RefusingView(ApiView):
    """An address of writes that carry danger signs, also those that it refuses."""

    carries_signs: ClassVar[bool] = True

    def salvage(self, value: Any, *, id_: UUID | None, now: datetime) -> Sequence[Salvaged]:
        """What can be read of a body's JSON, sent to an address with the id `id_`."""
        raise NotImplementedError

    def refused(self, refusal: Refusal) -> Refusal:
        """A refused write answers the danger signs in it beside the problem."""
        if self.signed_in and self._carries(self.request):
            return repeated(self._with_signs, as_problem(refusal), self.request)
        return refusal

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Raises Problem 429; to someone whose token was valid the last time, with the danger signs.

        They are judged alone, without the database, and only what is short.
        """
        problem = too_many(wait or 0)
        if holder_of(request) is None or not self._carries(request):
            raise problem
        now = timezone.now()
        signs = screening().signs_in_refused(
            refused=[self._salvaged_briefly(request, now)],
            patient_id=None,
            own=self.diary() == "me",
            language=get_language_from_request(request._request),
            now=now,
        )
        raise _carrying(problem, signs[0])

    def _carries(self, request: Request) -> bool:
        return self.carries_signs and request.method in _CARRYING

    def _with_signs(self, problem: Problem, request: Request) -> Problem:
        """The refusal with `raised`. A caller who may read the diary now has the signs judged as part of it.

        For anyone else it takes the same steps and says the same whether there is such a diary or not.
        """
        now = timezone.now()
        refused = [] if problem.status in _UNREAD else self._salvaged(request, now)
        if not refused:
            return _carrying(problem, [])
        actor_id = self.caller(request).user_id
        self.way = _readable(actor_id, self.diary())
        signs = screening().signs_in_refused(
            refused=[refused],
            patient_id=self.way.patient_id if self.way else None,
            own=self.way.level == "own" if self.way else self.diary() == "me",
            language=language_of(user_id=actor_id),
            now=now,
        )
        return _carrying(problem, signs[0])

    def _salvaged(self, request: Request, now: datetime) -> Sequence[Salvaged]:
        try:
            value = self.sent(data_of(request))
        except Problem:
            return []
        if isinstance(value, QueryDict):  # what the framework leaves of a body that could not be parsed
            return []
        return self.salvage(value, id_=self.kwargs.get("id"), now=now)

    def _salvaged_briefly(self, request: Request, now: datetime) -> Sequence[Salvaged]:
        try:
            value = parsed(raw_body(request._request, limit=min(CHEAP, self.largest)))
        except Problem:
            return []
        return self.salvage(value, id_=self.kwargs.get("id"), now=now)

    def sent(self, data: Any) -> Any:
        """The JSON in what the view's parser gives. Raises Problem when it is none."""
        return data


def _readable(actor_id: UUID, patient: Diary) -> Access | None:
    """The caller's way into the diary, if they may read it at this moment."""
    try:
        return require(actor_id=actor_id, patient=patient, level="read")
    except Problem:
        return None


def _carrying(problem: Problem, raised: Sequence[object]) -> Problem:
    return replace(problem, members={**problem.members, "raised": raised})
