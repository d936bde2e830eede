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
from diary.access.log import Line, note_look
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
        self.perform_authentication(request)
        self.signed_in = request.user is not None
        self.check_permissions(request)
        self.way = cast("Access | None", request.auth)
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        self.asked = Asked(request.query_params, declared_by(getattr(type(self), method)))

    def _shown(self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
        """The method's answer, worked out again after a deadlock; what it shows of a diary is noted first."""

        def answer() -> Response:
            self.noted = False
            return handler(request, *args, **kwargs)

        found = repeated(answer) if request.method in self.repeatable else answer()
        if found.status_code != HTTPStatus.NO_CONTENT:
            with ExitStack() as unsent:
                unsent.callback(found.close)
                self.note_look(request)
                unsent.pop_all()
        return found

    def note_look(self, request: Request) -> None:
        """What is about to be shown of a diary is noted first, unless the request was noted already."""
        if self.way is not None and not self.noted:
            way = self.way
            note_look(self.line(request), patient_id=way.patient_id, actor_id=way.actor_id, at=timezone.now())
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
            if isinstance(exc, Problem) and any(exc.members.get(name) for name in _OF_THE_DIARY):
                self.note_look(self.request)
            if not isinstance(exc, Problem | Invalid | APIException):
                return self._handled(exc)
            with translation.override(self.language()):
                return self._handled(exc)

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
        return super().finalize_response(request, response, *args, **kwargs)

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
