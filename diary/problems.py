"""Errors in the API: RFC 9457 problem details, each of a type from `diary.problem_types`.

Title and details are written in English, and said in the language that is active when the document is made.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from diary.format.sentences import Sentence
from diary.format.strict_json import FieldError
from diary.problem_types import ProblemType
from diary.request_id import request_id

CONTENT_TYPE: Final = "application/problem+json"
STALE_VERSION: Final = _("The version in If-Match is not the current one.")


@dataclass
class Problem(Exception):
    """Refuses a request. `members` are added to the problem document (such as `current`).

    `retry_after` is how many seconds to wait, where waiting helps.
    """

    type: ProblemType
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)
    retry_after: float | None = None

    def __post_init__(self) -> None:
        if self.retry_after is not None:
            self.headers = {**self.headers, "Retry-After": str(max(1, math.ceil(self.retry_after)))}

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.type.status

    def body(self) -> dict[str, object]:
        """The problem document, in the active language."""
        body: dict[str, object] = {
            "type": self.type.uri,
            "title": gettext(self.type.title),
            "status": self.status,
            "detail": said(self.detail),
        }
        if self.errors:
            body["errors"] = [
                {"pointer": error.pointer, "code": error.code, "detail": said(error.detail)} for error in self.errors
            ]
        return body | dict(self.members)

    def document(self) -> dict[str, object]:
        """The problem document that answers the request: `instance` names it, as the log does."""
        id_ = request_id()
        return self.body() | ({"instance": id_.urn} if id_ else {})


def said(english: str) -> str:
    """The sentence in the active language, with the values in it; one that no catalogue knows stays as it is."""
    if not isinstance(english, Sentence):
        return gettext(english) if english else ""
    return gettext(english.text).format(**{name: _value(value) for name, value in english.values.items()})


def _value(value: object) -> object:
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    return said(value) if isinstance(value, str) else value


def not_found() -> Problem:
    """The same answer for an unknown address and for one that the caller may not see."""
    return Problem(ProblemType.NOT_FOUND, _("There is nothing at this address, or you may not see it."))


def invalid(errors: Sequence[FieldError]) -> Problem:
    """The answer to input with these faults."""
    return Problem(ProblemType.INVALID, _("Some fields are invalid; see `errors`."), errors=errors)


def bad_request() -> Problem:
    """The answer to what is no HTTP for this service, such as a request to an unknown host."""
    return Problem(ProblemType.BAD_REQUEST, _("This service can't answer such a request."))


def forbidden() -> Problem:
    """The answer to what this account may not do."""
    return Problem(ProblemType.FORBIDDEN, _("You are not allowed to do this."))


def too_many_waiting() -> Problem:
    """The answer while so many requests wait for a thread that no more may."""
    return Problem(
        ProblemType.OVERLOADED, _("Too many requests are waiting. Try again in a few seconds."), retry_after=5
    )


def too_much_in_transit() -> Problem:
    """The answer while large bodies and answers take up all there is for them."""
    return Problem(ProblemType.OVERLOADED, _("Too much data is in transit. Try again in a minute."), retry_after=60)


def internal_error() -> Problem:
    """The answer to a fault of our own; what went wrong is in the log."""
    return Problem(
        ProblemType.INTERNAL_ERROR, _("Something went wrong on our side. Anything not confirmed was not stored.")
    )


def method_not_allowed(allowed: str) -> Problem:
    """The answer to another method than those `allowed`, such as "GET, HEAD"."""
    says = Sentence(_("This address allows {methods}."), methods=allowed)
    return Problem(ProblemType.METHOD_NOT_ALLOWED, says, headers={"Allow": allowed})


def too_many(wait: float) -> Problem:
    """The answer to a request that comes `wait` seconds too soon."""
    return Problem(
        ProblemType.TOO_MANY_REQUESTS,
        _("Too many requests. Keep unsent changes and try again later."),
        retry_after=wait,
    )


def problem_response(problem: Problem) -> HttpResponse:
    """The answer that carries the problem document; never cached."""
    content = msgspec.json.encode(problem.document())
    answer = HttpResponse(content, status=problem.status, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    answer["Content-Language"] = get_language() or ""
    for name, value in problem.headers.items():
        answer[name] = value
    return answer
