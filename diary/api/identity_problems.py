"""The identity API keeps the manners of the rest: strict JSON in, problem details out, a request done wholly or not.
Addresses come to it in their normal form, so that no step of it knows one mailbox under two spellings.

django-allauth answers under `/api/auth/` in shapes of its own. This middleware is the one place where they become
RFC 9457 documents: what its clients need besides, `data` (the flows under way) and `meta` (the token of a pending
flow), stays beside the members of the problem.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views import View

from diary.api.framework import parsers
from diary.api.framework.limiting import require_within_sign_in_limits
from diary.format.faults import must_be
from diary.format.normal_form import is_spelled_out, normal_email
from diary.format.strict_json import FieldError, Invalid, escape, require_storable_text
from diary.identity.factors.credentials import NO_CREDENTIAL, is_credential
from diary.identity.refusals import refusal
from diary.identity.sessions import token_digest
from diary.identity.tokens import OpaqueTokenStrategy
from diary.identity.turns import take_turns
from diary.problems import CONTENT_TYPE, Problem, invalid, problem_response
from diary.reaching.languages import DEFAULT, language_asked, language_in_session

PREFIX: Final = "/api/auth/"

MEMBERS: Final[Mapping[str, type]] = {
    "age_at_least": int,
    "authenticators": list,
    "code": str,
    "consent_version": str,
    "credential": dict,
    "current_password": str,
    "email": str,
    "id": int,
    "key": str,
    "name": str,
    "new_password": str,
    "password": str,
    "passwordless": bool,
    "primary": bool,
    "refresh_token": str,
    "region": str,
    "sessions": list,
}
"""Every member that a body of this API may have; forms would turn 5 into "5" and pass over what they do not know."""


class IdentityProblems:
    """Middleware; it stands last, directly around the views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        with translation.override(language_of(request)):
            answer = self.get_response(request)
            if answer.status_code >= 400:
                answer = as_problem(answer)
        answer["Cache-Control"] = "no-store"
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer for the view."""
        return step(request, view, *args, **kwargs) if request.path_info.startswith(PREFIX) else None


def step(request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The view's answer, in one transaction and in its turn: a mail that cannot be sent undoes what it was for."""
    try:
        require_within_sign_in_limits(request)
        refuse_other_methods(request, view)
        body = read_body(request)
        spell_address_as_stored(request, body)
        with transaction.atomic():
            take_turns(token=OpaqueTokenStrategy().get_session_token(request), path=request.path_info, body=body)
            return _answered(request, view, *args, **kwargs)
    except Problem as problem:
        return problem_response(problem)
    except Invalid as unfit:
        return problem_response(invalid(unfit.errors))
    except UpdateError:  # signed out by someone else while this request was under way
        return problem_response(refusal(410))


def language_of(request: HttpRequest) -> str:
    """Of what is refused: as the request asks, else as who is signed in does, else English."""
    asked = language_asked(request.headers.get("Accept-Language", ""))
    token = None if asked else OpaqueTokenStrategy().get_session_token(request)
    return asked or (language_in_session(digest=token_digest(token)) if token else None) or DEFAULT


def _answered(
    request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any
) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except ImmediateHttpResponse as answer:  # how allauth ends a step early; what it has done stands
        kept: HttpResponseBase = answer.response
        return kept


def read_body(request: HttpRequest) -> dict[str, Any]:
    """What the body says. Raises Problem or Invalid when it is not one JSON object with members of the right kind.

    No body at all is fine and says nothing: allauth says what is missing.
    """
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal() or int(announced) > parsers.SMALL:
        raise parsers.too_large(parsers.SMALL)
    if not request.body:
        return {}
    parsers.require_plain(request)
    value = parsers.parsed(request.body)
    require_storable_text(value)
    if not isinstance(value, dict):
        raise Invalid([FieldError("", "invalid_type", must_be(dict))])
    if errors := _misfits(value):
        raise Invalid(errors)
    return value


def spell_address_as_stored(request: HttpRequest, body: Mapping[str, Any]) -> None:
    """Put the normal form of `email` in its place, so that both spellings of a domain are one to allauth.

    What only reads like another address stays as it is: allauth knows no such account and makes none.
    """
    email = body.get("email", "")
    if email != normal_email(email) and is_spelled_out(email):
        request._body = json.dumps({**body, "email": normal_email(email)}).encode()


def refuse_other_methods(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> None:
    """Raises Problem 405; allauth would look at the body first, and ask for what the method does not need."""
    kind = getattr(view, "view_class", None)
    allowed = [name.upper() for name in View.http_method_names if hasattr(kind, name)]
    if allowed and request.method not in allowed:
        raise refusal(405, allow=", ".join(allowed))


def _misfits(body: Mapping[str, Any]) -> list[FieldError]:
    errors = []
    for name, value in body.items():
        kind = MEMBERS.get(name)
        if kind is None:
            errors.append(FieldError(f"/{escape(name)}", "unknown_field", "is not a field here"))
        elif type(value) is not kind:  # an exact match: True is an int to isinstance
            errors.append(FieldError(f"/{name}", "invalid_type", must_be(kind)))
        elif name == "credential" and not is_credential(body[name]):
            errors.append(FieldError("/credential", "invalid_value", NO_CREDENTIAL))
    return errors


def as_problem(answer: HttpResponse) -> HttpResponse:
    """The same answer as a problem document; one that is a problem already stays as it is."""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith(CONTENT_TYPE):
        return answer
    said = json.loads(answer.content) if kind.startswith("application/json") else {}
    kept = {name: said[name] for name in ("data", "meta") if name in said}
    if kept.get("meta", {}).get("is_authenticated", False) is None:  # how allauth says that it did not look
        kept["meta"]["is_authenticated"] = False
    problem = refusal(
        answer.status_code, errors=said.get("errors", []), allow=answer.headers.get("Allow", ""), members=kept
    )
    return problem_response(problem)
