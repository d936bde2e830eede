"""What every address of `/api/v1/` has in common.

Django REST framework gives the shape that the published contract is made from. Its own dispatch, with negotiation,
parsers and renderers, costs a third of a write's time and is laxer than this contract, so requests go straight to the
method.
"""

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.views import APIView

from diary.access.levels import Access, Caller, Diary, Level, caller_by_token, require_by_token
from diary.access.log import Line, note_look
from diary.api import requests
from diary.api.authentication import bearer_token, token_digest, touch
from diary.api.limiting import Holders, few_at_once, require_within_limits
from diary.api.repeating import IDEMPOTENT, repeated
from diary.format.strict_json import Invalid
from diary.models.access_line import Action
from diary.problems import Problem, problem_response
from diary.proof import Proof

_HOLDERS: Final = Holders()
_OF_THE_DIARY: Final = ("current", "raised")
"""Members of a problem that show something of the diary."""
METHODS: Final = ("get", "put", "post", "patch", "delete")
ACTIONS: Final[Mapping[str, Action]] = {
    "GET": "read",
    "HEAD": "read",
    "PUT": "written",
    "POST": "written",
    "PATCH": "written",
    "DELETE": "deleted",
}


class ApiView(APIView):
    """One address. Its methods take Django's request and the address' parts, and answer or raise Problem or Invalid."""

    actions: ClassVar[Mapping[str, Action]] = {}
    """What the access log calls a method here, where its usual word would not do."""
    repeatable: ClassVar[Collection[str]] = IDEMPOTENT
    """Methods that are done again after a deadlock."""
    resource: ClassVar[str] = ""
    """What the access log calls the thing, where the name of the address would not do."""
    way: Access | None = None
    """The caller's way into a diary, once there is one."""
    noted: bool = False
    """Whether the access log tells of the request already: what changes a diary is noted in its own transaction."""

    costs: ClassVar[Mapping[str, int]] = {}
    """How many small requests a method here is worth to the rate limits, where it is more than one."""
    at_once: ClassVar[int | None] = None
    """How many requests here, and at the other addresses that say so, an account may have going on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The method's answer, or the problem it raised; kept by no cache."""
        try:
            answer = self._within_limits(request, *args, **kwargs)
        except (Invalid, Problem) as refusal:
            answer = refused(as_problem(refusal))
        answer["Cache-Control"] = "no-store"
        return answer

    def _within_limits(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The method's answer. Raises Problem 429 before anything is looked up, let alone written down."""
        token = bearer_token(request.headers.get("Authorization", ""))
        digest = token_digest(token) if token else None
        holder = _HOLDERS.get(digest)
        with ExitStack() as going_on:
            try:
                require_within_limits(request, holder=holder, cost=self.costs.get(request.method or "", 1))
                going_on.enter_context(few_at_once(str(holder or digest), most=self.at_once))
            except Problem as problem:
                raise (problem if holder is None else self.too_soon(problem, request, **kwargs)) from problem
            return self._answered(digest, request, *args, **kwargs)

    def _answered(self, digest: str | None, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            handler = partial(self._handler(request), request, *args, **kwargs)
            answer: HttpResponseBase = handler() if request.method not in self.repeatable else repeated(handler)
        except Problem as problem:
            if problem.status == HTTPStatus.UNAUTHORIZED:
                _HOLDERS.forget(digest)
            if any(problem.members.get(name) for name in _OF_THE_DIARY):
                self.note_look(request)
            raise
        if answer.status_code != HTTPStatus.NO_CONTENT:
            with ExitStack() as unsent:
                unsent.callback(answer.close)
                self.note_look(request)
                unsent.pop_all()
        return answer

    def note_look(self, request: HttpRequest) -> None:
        """What is about to be shown of a diary is noted first, unless the request was noted already."""
        if self.way is not None and not self.noted:
            way = self.way
            note_look(self.line(request), patient_id=way.patient_id, actor_id=way.actor_id, at=timezone.now())
            self.noted = True

    def too_soon(self, problem: Problem, request: HttpRequest, **address: Any) -> Problem:
        """What to answer to somebody whose token was good the last time, and who asks too often."""
        return problem

    def _handler(self, request: HttpRequest) -> Any:
        name = (request.method or "").lower()
        name = "get" if name == "head" else name
        if name not in METHODS or not hasattr(self, name):
            raise Problem(405, "This address has no such method.", headers={"Allow": ", ".join(self._methods())})
        return getattr(self, name)

    def _methods(self) -> list[str]:
        allowed = [name.upper() for name in METHODS if hasattr(self, name)]
        return [*allowed, "HEAD"] if "GET" in allowed else allowed

    def access(self, request: HttpRequest, patient: Diary, level: Level) -> Access:
        """The caller's way into a diary. Raises Problem 401 or 404.

        What is then shown of it is noted in its access log. A method that changes something has that noted in the
        transaction of the change, and says so by `noted`.
        """
        now, digest = timezone.now(), token_digest(requests.token(request))
        self.noted = False
        self.way, caller = require_by_token(digest=digest, patient=patient, level=level, now=now)
        _seen(digest, caller, now)
        return self.way

    def line(self, request: HttpRequest) -> Line:
        """What the access log says of the request: the address by its name, and the id in it."""
        method, match = request.method or "", request.resolver_match
        if match is None or match.url_name is None:
            raise RuntimeError("an address without a name cannot be told in the access log")
        return Line(
            self.actions.get(method) or ACTIONS[method], self.resource or match.url_name, match.kwargs.get("id")
        )

    def caller(self, request: HttpRequest) -> Caller:
        """Who is asking. Raises Problem 401."""
        now, digest = timezone.now(), token_digest(requests.token(request))
        caller = caller_by_token(digest=digest, now=now)
        _seen(digest, caller, now)
        return caller

    def proof(self, request: HttpRequest) -> Proof:
        """What the caller's session has to show before a step that a stolen token alone must not do."""
        return Proof(token_digest(requests.token(request)), timezone.now())


def _seen(digest: str, caller: Caller, now: datetime) -> None:
    """The token was good."""
    _HOLDERS.note(digest, caller.user_id)
    touch(digest=digest, expire_date=caller.expire_date, now=now)


def answered(content: Any, *, status: int = 200, version: int | None = None) -> HttpResponse:
    """JSON, with the version as a strong ETag where there is one."""
    answer = HttpResponse(msgspec.json.encode(content), status=status, content_type="application/json")
    if version is not None:
        answer["ETag"] = f'"{version}"'
    return answer


def as_problem(refusal: Problem | Invalid) -> Problem:
    """The refusal as a problem."""
    if isinstance(refusal, Problem):
        return refusal
    return Problem(400, "The request holds what is not accepted here.", errors=refusal.errors)


def refused(problem: Problem) -> HttpResponse:
    """The problem as its document."""
    return problem_response(problem.body(), headers=problem.headers)
