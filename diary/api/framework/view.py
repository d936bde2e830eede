"""What every address of `/api/v1/` has in common: Django REST framework's view with the classes of this API.

`REST_FRAMEWORK` in the settings names them: authentication, permission, parser, renderer, pagination, and the handler
of refusals. The framework's lifecycle is used as it is but for one step: `initial` asks the throttles first, so that
what comes too often is refused before anything is looked up, and reads the query last. Refusals are said in the
caller's language.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final, NoReturn, cast

from django.http import HttpRequest
from django.utils import timezone, translation
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from diary.access.levels import Access, Caller, Diary
from diary.access.log import Line, look_ahead, note_look
from diary.api.framework.bearer import token_digest_of
from diary.api.framework.parameters import Asked, declared_by
from diary.api.framework.parsers import SMALL
from diary.api.framework.permissions import METHODS, Reach, require_declared, required_reach
from diary.api.framework.repeating import IDEMPOTENT, repeated
from diary.api.framework.throttles import AtOnceThrottle, RateThrottle
from diary.format.strict_json import Invalid
from diary.models.access_line import Action
from diary.problems import Problem, method_not_allowed
from diary.proof import Proof
from diary.reaching.languages import DEFAULT, language_asked
from diary.statements import ask_now, forget_first

Refusal = Problem | Invalid | APIException
_OF_THE_DIARY: Final = ("current", "raised")
"""Members of a problem that show something of the diary."""
ACTIONS: Final[Mapping[str, Action]] = {
    "GET": "read",
    "HEAD": "read",
    "PUT": "written",
    "POST": "written",
    "PATCH": "written",
    "DELETE": "deleted",
}


class ApiView(APIView):
    """One address. Its methods take the request and the address' parts, and answer or raise Problem or Invalid."""

    throttle_classes = [RateThrottle, AtOnceThrottle]
    http_method_names = [*METHODS, "head"]

    reach: ClassVar[Mapping[str, Reach]]
    """How far someone must reach, for each method. A view that leaves one out does not start."""
    actions: ClassVar[Mapping[str, Action]] = {}
    """What the access log calls a method here, where its usual word would not do."""
    resource: ClassVar[str] = ""
    """What the access log calls the thing, where the name of the address would not do."""
    repeatable: ClassVar[Collection[str]] = IDEMPOTENT
    """Methods that are done again after a deadlock."""
    largest: ClassVar[int] = SMALL
    """Bytes that a body may have."""
    costs: ClassVar[Mapping[str, int]] = {}
    """How many small requests a method here is worth to the rate limits, where it is more than one."""
    believes: ClassVar[bool] = False
    """Whether who is asking may be asked of the database together with what the method asks it first."""
    at_once: ClassVar[int | None] = None
    """How many requests here, and at the other addresses that say so, an account may have going on."""

    format_kwarg = None  # there is one format, and no address names it
    way: Access | None = None
    """The caller's way into a diary, once there is one."""
    noted: bool = False
    """Whether the access log tells of the request already: what changes a diary is noted in its own transaction."""
    asked: Asked
    """What the query says of the parameters that the method declares (`@operation(query=…)`)."""
    signed_in: bool = False
    """Whether the request has passed the throttles with a valid token."""
    may_believe: bool = False
    """Whether who is asking may be believed to be who they were the last time."""
    is_believed: bool = False
    """Whether they are, and the database has yet to say so."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view for the URL configuration. Raises ImproperlyConfigured when a method declares no reach."""
        require_declared(cls)
        return super().as_view(**initkwargs)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """As Django does; the method is then called by `_shown`."""
        super().setup(request, *args, **kwargs)
        self.going_on = ExitStack()
        method = (request.method or "").lower()
        if method in self.http_method_names and hasattr(self, method):
            setattr(self, method, partial(self._shown, getattr(self, method)))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Throttles, method, token with the way into the diary, permission, query: the first that refuses answers."""
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.check_throttles(request)
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        self.may_believe = self.believes and request.method in self.repeatable
        self._let_in(request)
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        self.asked = Asked(request.query_params, declared_by(getattr(type(self), method)))

    def _let_in(self, request: Request) -> None:
        self.perform_authentication(request)
        self.signed_in = request.user is not None
        self.check_permissions(request)
        self.way = cast("Access | None", request.auth)

    def be_sure(self, request: Request) -> None:
        """Who was believed is asked for. Raises as `initial` does when it is not so."""
        if self.is_believed:
            forget_first()
            self.is_believed = self.may_believe = self.signed_in = False
            found: Any = self.get_authenticators()[0].authenticate(request)
            request.user, request.auth = found
            self._let_in(request)

    def _shown(self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
        """The method's answer, worked out again after a deadlock; what it shows of a diary is noted first."""
        tried = False

        def answer() -> Response:
            nonlocal tried
            if tried:
                self.be_sure(request)
            tried, self.noted = True, False
            found = handler(request, *args, **kwargs)
            ask_now()
            self.is_believed = False
            return found

        found = repeated(answer) if request.method in self.repeatable else answer()
        if found.status_code != HTTPStatus.NO_CONTENT:
            with ExitStack() as unsent:
                unsent.callback(found.close)
                self.note_look(request)
                unsent.pop_all()
        return found

    def note_look(self, request: Request, *, ahead: bool = False, unless_older_than: int = 0) -> None:
        """What is about to be shown of a diary is noted first, unless the request was noted already.

        `ahead`: in the trip of what is asked next, by a method that then refuses nothing, but for a diary whose
        revision is `unless_older_than` a cursor's.
        """
        if self.way is not None and not self.noted:
            way, now = self.way, timezone.now()
            look = self.line(request).as_look
            if ahead:
                look_ahead(look, patient_id=way.patient_id, actor_id=way.actor_id, at=now, revision=unless_older_than)
            else:
                note_look(look, patient_id=way.patient_id, actor_id=way.actor_id, at=now)
            self.noted = True

    def http_method_not_allowed(self, request: HttpRequest | Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises Problem 405."""
        raise method_not_allowed(", ".join(self.allowed_methods))

    @property
    def default_response_headers(self) -> dict[str, str]:
        """No answer is kept by a cache."""
        return {"Cache-Control": "no-store"}

    def handle_exception(self, exc: Exception) -> Response:
        """As the framework does; what a refusal shows of a diary is noted first."""
        with self.going_on:
            if isinstance(exc, Refusal):
                exc = self.refused(self._surely(exc))
            if isinstance(exc, Problem) and any(exc.members.get(name) for name in _OF_THE_DIARY):
                self.note_look(self.request)
            if not isinstance(exc, Refusal):
                return self._handled(exc)
            with translation.override(self.language()):
                return self._handled(exc)

    def refused(self, refusal: Refusal) -> Refusal:
        """What is answered in its place, for an address that says more."""
        return refusal

    def _surely(self, refusal: Refusal) -> Refusal:
        """Nothing is refused, nor shown thereby, to who is only believed to be let in."""
        try:
            repeated(self.be_sure, self.request)
        except (Problem, APIException) as not_let_in:
            return not_let_in
        return refusal

    def _handled(self, exc: Exception) -> Response:
        answer: Response = super().handle_exception(exc)
        return answer

    def language(self) -> str:
        """Of what is refused: as the request asks, else as the caller does, else English."""
        asked = language_asked(self.request.headers.get("Accept-Language", ""))
        return asked or (self.signed_in and self.caller(self.request).language) or DEFAULT

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """As the framework does; the request's place among those going on is free again."""
        self.going_on.close()
        forget_first()
        return super().finalize_response(request, response, *args, **kwargs)

    def lets_in(self, caller: Caller) -> bool:
        """Whether the caller reaches as far as the method needs."""
        reach = required_reach(self, self.request.method or "")
        return reach == "account" or (caller.access is not None and caller.access.reaches(reach))

    def wanted(self, request: Request) -> Diary | None:
        """The diary that the request is about, None when it is about the caller alone."""
        return None if required_reach(self, request.method or "") == "account" else self.diary()

    def line(self, request: Request) -> Line:
        """What the access log says of the request: the address by its name, and the id in it."""
        method, match = request.method or "", request.resolver_match
        if match is None or match.url_name is None:
            raise RuntimeError("an address without a name cannot be told in the access log")
        action = self.actions.get(method) or ACTIONS[method]
        return Line(action, self.resource or match.url_name, match.kwargs.get("id"))

    def caller(self, request: Request) -> Caller:
        """Who is asking."""
        found: Any = request.user
        return cast("Caller", found)

    def access(self, request: Request) -> Access:
        """The caller's way into the diary, which reaches as far as the view declares."""
        return cast("Access", request.auth)

    def diary(self) -> Diary:
        """Whose diary the address names."""
        named: Diary = self.kwargs.get("patient", "me")
        return named

    def proof(self, request: Request) -> Proof:
        """What the caller's session has to show before a step that a stolen token alone must not do."""
        return Proof(token_digest_of(request) or "", timezone.now())


def answered(content: Any, *, status: int = 200, version: int | None = None) -> Response:
    """The content as JSON, with the version as a strong ETag where there is one."""
    return Response(content, status=status, headers=None if version is None else {"ETag": f'"{version}"'})


def done() -> Response:
    """204: there is nothing to say."""
    return Response(status=204)
