"""What a refused write answers all the same: the danger signs that can be read in what was sent.

`raised` is in every refusal here of somebody whose token is good, an empty list when no sign could be read.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language_from_request

from diary.access.levels import Access, Diary, require
from diary.api.requests import SMALL, Body
from diary.api.view import ApiView, as_problem
from diary.format.salvage import Salvaged
from diary.format.strict_json import Invalid
from diary.problems import Problem
from diary.reaching.languages import language_of
from diary.screening_port import screening

CHEAP: Final = 16 * 1024
"""Bytes of a body that is looked at although its sender asks too often: an entry with the longest note."""
_UNREAD: Final = frozenset({HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE})


class RefusingView(ApiView):
    """An address of writes that carry danger signs, also those that it refuses."""

    largest: ClassVar[int] = SMALL
    """Bytes that a body may have."""
    carries_signs: ClassVar[bool] = True

    def salvage(self, value: Any, *, id_: UUID | None, now: datetime) -> Sequence[Salvaged]:
        """What can be read of a body's JSON, sent to an address with the id `id_`."""
        raise NotImplementedError

    def with_signs(
        self, refusal: Problem | Invalid, request: HttpRequest, patient: Diary, body: Body, id_: UUID | None = None
    ) -> Problem:
        """The refusal with `raised`. A caller who may read the diary now has the signs judged as part of it.

        For anybody else it takes the same steps and says the same whether there is such a diary or not.
        Raises Problem 401 when the token has ended meanwhile.
        """
        problem = as_problem(refusal)
        if problem.status == HTTPStatus.UNAUTHORIZED or not self.carries_signs:
            return problem
        now = timezone.now()
        refused = [] if problem.status in _UNREAD else self._salvaged(body, id_, now)
        if not refused:
            return _carrying(problem, [])
        actor_id = self.caller(request).user_id
        self.way = _readable(actor_id, patient)
        signs = screening().signs_in_refused(
            refused=[refused],
            patient_id=self.way.patient_id if self.way else None,
            own=self.way.level == "own" if self.way else patient == "me",
            language=language_of(user_id=actor_id),
            now=now,
        )
        return _carrying(problem, signs[0])

    def too_soon(self, problem: Problem, request: HttpRequest, **address: Any) -> Problem:
        """The same where the caller asks too often: judged alone, without the database, and only what is short."""
        if request.method not in {"PUT", "POST"} or not self.carries_signs:
            return problem
        now, patient = timezone.now(), address["patient"]
        refused = self._salvaged(Body(request, limit=min(CHEAP, self.largest)), address.get("id"), now)
        signs = screening().signs_in_refused(
            refused=[refused],
            patient_id=None,
            own=patient == "me",
            language=get_language_from_request(request),
            now=now,
        )
        return _carrying(problem, signs[0])

    def _salvaged(self, body: Body, id_: UUID | None, now: datetime) -> Sequence[Salvaged]:
        try:
            value = body.parsed
        except Problem:
            return []
        return self.salvage(value, id_=id_, now=now)


def _readable(actor_id: UUID, patient: Diary) -> Access | None:
    """The caller's way into the diary, if they may read it at this moment."""
    try:
        return require(actor_id=actor_id, patient=patient, level="read")
    except Problem:
        return None


def _carrying(problem: Problem, raised: Sequence[object]) -> Problem:
    return replace(problem, members={**problem.members, "raised": raised})
