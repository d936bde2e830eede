"""Bodies: JSON in UTF-8 and nothing else, read no further than the view allows, strict where JSON is loose."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from diary.format.sentences import Sentence
from diary.format.strict_json import Malformed, may_hold_unstorable_text, parse_json, require_storable_text
from diary.problem_types import ProblemType
from diary.problems import Problem

SMALL = 64 * 1024
"""Bytes that a body may have, unless the view says otherwise (`largest`)."""
FILE = "application/octet-stream"
"""What a file is sent as that is recognised by what it holds."""
_UNSTORABLE = "may_hold_unstorable_text"


class JsonParser(BaseParser):
    """`request.data` is the JSON, with whatever texts: `json_body` refuses those that cannot be stored."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Raises Problem 413, 415 or 400."""
        raw = raw_body(stream, limit=parser_context["view"].largest)
        parser_context[_UNSTORABLE] = may_hold_unstorable_text(raw)
        return parsed(raw)


class StreamParser(BaseParser):
    """`request.data` is the body as a `Body`, for a view that reads it piece by piece: JSON, or a file of any kind."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Raises Problem 400, 413 or 415."""
        limit = parser_context["view"].largest
        _require_body(stream, limit=limit, types=(self.media_type, FILE))
        return Body(stream, limit)


class Body:
    """The bytes of a body, read once."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        self._request = request
        self._limit = self._left = limit

    def read(self, most: int) -> bytes:
        """The next bytes; none at the end. Raises Problem 413."""
        piece: bytes = self._request.read(most)
        self._left -= len(piece)
        if self._left < 0:
            raise too_large(self._limit)
        return piece


class OneFormat(BaseContentNegotiation):
    """There is one format, whatever `Accept` says; of bodies, the parser itself refuses every other."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser:
        """The view's one parser."""
        found: BaseParser = parsers[0]
        return found

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The view's one renderer."""
        return renderers[0], renderers[0].media_type


def json_body(request: Request) -> Any:
    """The JSON in the body. Raises Problem 400, 413 or 415, and Invalid for texts that cannot be stored."""
    value = data_of(request)
    if texts_are_suspicious(request):
        require_storable_text(value)
    return value


def data_of(request: Request) -> Any:
    """What the view's parser made of the body. Raises Problem 400 where there is none, and as the parser does."""
    if request.stream is None:  # the framework would take it for an empty object
        raise Problem(ProblemType.MALFORMED_BODY, _("The body is empty."))
    return request.data


def texts_are_suspicious(request: Request) -> bool:
    """Whether the body that was read may hold texts that cannot be stored."""
    return bool(request.parser_context.get(_UNSTORABLE))


def raw_body(request: HttpRequest, *, limit: int) -> bytes:
    """The bytes of a JSON body, of which no more than `limit` are read. Raises Problem 400, 413 or 415."""
    _require_body(request, limit=limit)
    raw: bytes = request.read(limit + 1)
    if len(raw) > limit:
        raise too_large(limit)
    return raw


def _require_body(request: HttpRequest, *, limit: int, types: Sequence[str] = (JsonParser.media_type,)) -> None:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced == "0":
        raise Problem(ProblemType.MALFORMED_BODY, _("The body is empty."))
    require_plain(request, types=types)
    if not announced.isdecimal() or int(announced) > limit:
        raise too_large(limit)


def parsed(raw: bytes) -> Any:
    """The JSON in `raw`. Raises Problem 400."""
    try:
        return parse_json(raw)
    except Malformed as malformed:
        raise Problem(ProblemType.MALFORMED_BODY, malformed.says) from malformed


def too_large(limit: int) -> Problem:
    """The answer to a body of more than `limit` bytes."""
    says = Sentence(_("The body is larger than {limit} KiB."), limit=limit // 1024)
    return Problem(ProblemType.BODY_TOO_LARGE, says)


def late() -> Problem:
    """The answer to a body that stops coming, or takes longer than any honest phone."""
    return Problem(ProblemType.BODY_TIMEOUT, _("The body did not arrive in time. Send the request again."))


def broken_off() -> Problem:
    """The answer to a body that ends too soon, or whose chunks are none."""
    return Problem(ProblemType.BAD_REQUEST, _("The body is incomplete, or its chunks are not valid HTTP."))


def not_json(types: Sequence[str] = (JsonParser.media_type,)) -> Problem:
    """The answer to a body of another kind than these."""
    return Problem(
        ProblemType.UNSUPPORTED_BODY,
        _("The body must be application/json in UTF-8.")
        if len(types) == 1
        else _("The body must be application/json in UTF-8, or a file sent as application/octet-stream."),
        headers={"Accept": ", ".join(types)},
    )


def require_plain(request: HttpRequest, *, types: Sequence[str] = (JsonParser.media_type,)) -> None:
    """Only these types, in UTF-8, and not compressed on the way: a few bytes must not grow into many."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type not in types or charset not in {"utf-8", "utf8"}:
        raise not_json(types)
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise Problem(
            ProblemType.UNSUPPORTED_BODY,
            _("The body must not be compressed."),
            headers={"Accept-Encoding": "identity"},
        )
