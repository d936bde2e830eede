"""One step of the identity API, taken for a browser in this process.

The page is a client of `/api/auth/` like any app: what it sends goes through the same views, in the same turn and the
same transaction, under the same limits and budgets; the browser's cookie takes the place of `X-Session-Token`.
allauth's client for browsers would have the session stored by Django's middleware, after the turn is over, and a second
request at the same moment could bring back what the first one had used up.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final, cast

from allauth.core import context
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from diary.api.identity_problems import PREFIX, as_problem, step
from diary.identity.sessions import SessionStore
from web.cookie import token_of

_APP: Final = f"{PREFIX}app/v1/"
_NOT_PASSED_ON: Final = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_SESSION_TOKEN", "QUERY_STRING")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field (empty for the whole), by a code of the API."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Step:
    """What came of it: the HTTP status, the token to go on with (None: as before), and what is under way."""

    status: int
    token: str | None
    is_signed_in: bool
    pending: frozenset[str]
    factors: frozenset[str]
    """The kinds of second factor that would do, while one is what is missing."""
    faults: Sequence[Fault]
    data: Mapping[str, Any]
    meta: Mapping[str, Any]

    @property
    def is_refused(self) -> bool:
        """Whether nothing came of it; 401 is how the API says that there is more to do."""
        return self.status >= HTTPStatus.BAD_REQUEST and self.status != HTTPStatus.UNAUTHORIZED


def take(request: HttpRequest, method: str, address: str, *, after: Step | None = None, **body: object) -> Step:
    """Send `body` to `address` below `/api/auth/app/v1/`. A session that has ended is begun anew.

    `after` is the step that was taken before in the same request, whose token the browser has yet to get.
    """
    taken = _sent(request, (after and after.token) or token_of(request), method, address, body)
    return _sent(request, None, method, address, body) if taken.status == HTTPStatus.GONE else taken


def _sent(request: HttpRequest, token: str | None, method: str, address: str, body: Mapping[str, object]) -> Step:
    inner = _as_from_an_app(request, token, method, _APP + address, body)
    view = resolve(inner.path_info)
    with context.request_context(inner):
        answer = cast("HttpResponse", step(inner, view.func, *view.args, **view.kwargs))
    said = json.loads((as_problem(answer) if answer.status_code >= HTTPStatus.BAD_REQUEST else answer).content)
    data, meta = said.get("data") or {}, said.get("meta") or {}
    flows = data.get("flows", []) if isinstance(data, dict) else []
    return Step(
        status=answer.status_code if answer.status_code < HTTPStatus.BAD_REQUEST else said["status"],
        token=meta.get("session_token"),
        is_signed_in=bool(meta.get("is_authenticated")),
        pending=frozenset(flow["id"] for flow in flows if flow.get("is_pending")),
        factors=frozenset(kind for flow in flows if flow.get("is_pending") for kind in flow.get("types", ())),
        faults=[Fault(error["pointer"].removeprefix("/"), error["code"]) for error in said.get("errors", [])],
        data=data if isinstance(data, dict) else {"items": data},
        meta=meta,
    )


def _as_from_an_app(
    request: HttpRequest, token: str | None, method: str, path: str, body: Mapping[str, object]
) -> HttpRequest:
    """The request that an app would send from where the browser is, as the middleware would hand it to the view."""
    raw = json.dumps(body).encode() if body else b""
    environ = {name: value for name, value in request.META.items() if name not in _NOT_PASSED_ON}
    environ |= {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "CONTENT_TYPE": "application/json"}
    environ |= {"CONTENT_LENGTH": str(len(raw)), "wsgi.input": BytesIO(raw)}
    if token:
        environ["HTTP_X_SESSION_TOKEN"] = token
    inner = WSGIRequest(environ)
    inner.session, inner.user = SessionStore(), AnonymousUser()
    inner.allauth = SimpleNamespace()  # type: ignore[attr-defined] # where allauth keeps what it knows of a request
    return inner
