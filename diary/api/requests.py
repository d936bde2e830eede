"""What a request brings: its token, its body, its version, its query; each read strictly, or refused in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest

from diary.access.levels import not_signed_in
from diary.api.authentication import bearer_token
from diary.format.strict_json import (
    FieldError,
    Invalid,
    Malformed,
    may_hold_unstorable_text,
    parse_json,
    require_storable_text,
)
from diary.problems import Problem
from diary.versions import Expected

SMALL: Final = 64 * 1024
"""Bytes that a body may have, unless it is a sync."""
_RAW: Final = "raw_body"
_ETAG: Final = re.compile(r'"([1-9][0-9]{0,8})"', re.ASCII)


def token(request: HttpRequest) -> str:
    """The bearer token. Raises Problem 401 without one."""
    found = bearer_token(request.headers.get("Authorization", ""))
    if found is None:
        raise not_signed_in()
    return found


class Body:
    """The body of a request, read once however often it is asked for."""

    def __init__(self, request: HttpRequest, *, limit: int = SMALL) -> None:
        self._request = request
        self._limit = limit

    @cached_property
    def raw(self) -> bytes:
        """Its bytes. Raises as `raw_body` does."""
        return raw_body(self._request, limit=self._limit)

    @cached_property
    def parsed(self) -> Any:
        """The JSON in it, with whatever texts. Raises Problem 413, 415 or 400."""
        return parse(self.raw)

    @property
    def storable(self) -> Any:
        """The JSON in it. Raises Problem 413, 415 or 400, and Invalid for texts that cannot be stored."""
        if may_hold_unstorable_text(self.raw):
            require_storable_text(self.parsed)
        return self.parsed


def json_body(request: HttpRequest, *, limit: int = SMALL) -> Any:
    """The JSON in the body. Raises Problem 413, 415 or 400, and Invalid for texts that cannot be stored."""
    return Body(request, limit=limit).storable


def raw_body(request: HttpRequest, *, limit: int) -> bytes:
    """The bytes of a JSON body, of which no more than `limit` are read. Raises Problem 400, 413 or 415."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced == "0":
        raise Problem(400, "The body is empty.")
    require_plain_json(request)
    if not announced.isdecimal() or int(announced) > limit:
        raise too_large(limit)
    raw: bytes | None = vars(request).get(_RAW)
    if raw is None:  # a request that is done again after a deadlock has been read
        raw = vars(request)[_RAW] = request.read(limit + 1)
    if len(raw) > limit:
        raise too_large(limit)
    return raw


def parse(raw: bytes) -> Any:
    """The JSON in `raw`. Raises Problem 400."""
    try:
        return parse_json(raw)
    except Malformed as malformed:
        raise Problem(400, str(malformed)) from malformed


def too_large(limit: int) -> Problem:
    """The answer to a body of more than `limit` bytes."""
    return Problem(413, f"The body has more than {limit // 1024} KiB.")


def late() -> Problem:
    """The answer to a body that stops coming, or takes longer than any honest phone."""
    return Problem(408, "The body did not come in time. Send the request again.")


def require_plain_json(request: HttpRequest) -> None:
    """Only JSON in UTF-8, and not compressed: a few bytes must not grow into many."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != "application/json" or charset not in {"utf-8", "utf8"}:
        raise Problem(415, "The body must be application/json in UTF-8.", headers={"Accept": "application/json"})
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "The body must not be compressed.", headers={"Accept-Encoding": "identity"})


def expected_version(request: HttpRequest) -> Expected:
    """The version in `If-Match`: `"3"`, `*`, or None without the header. Raises Problem 400 for anything else."""
    header = request.headers.get("If-Match")
    if header is None or header == "*":
        return header  # type: ignore[return-value] # narrowed to None or "*"
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise Problem(400, 'If-Match must be * or one version in quotation marks, such as "3".')
    return int(found[1])


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    cursor: str | None


def query(request: HttpRequest, *known: str) -> Mapping[str, str]:
    """The query's parameters, each at most once and each one `known`. Raises Invalid; the pointers name them."""
    given = request.GET
    errors = [
        FieldError(f"/{name}", "unknown_field", "is not a parameter here")
        for name in given
        if name not in known and name.isidentifier()
    ]
    if not errors and any(name not in known for name in given):
        errors = [FieldError("", "unknown_field", "has a parameter that is not known here")]
    for name in known:
        values = given.getlist(name)
        if len(values) > 1:
            errors.append(FieldError(f"/{name}", "invalid_value", "must be given once"))
        elif any("\x00" in value for value in values):
            errors.append(FieldError(f"/{name}", "invalid_text", "must not hold U+0000"))
    if errors:
        raise Invalid(errors)
    return {name: given[name] for name in known if name in given}


def page(parameters: Mapping[str, str], *, otherwise: int = 100) -> Page:
    """`limit` (1 to 500; without one it is `otherwise`) and `cursor`. Raises Invalid."""
    limit = parameters.get("limit")
    if limit is None:
        return Page(otherwise, parameters.get("cursor"))
    if not re.fullmatch("[0-9]{1,3}", limit, re.ASCII) or not 1 <= int(limit) <= 500:
        raise Invalid([FieldError("/limit", "invalid_value", "must be a whole number from 1 to 500")])
    return Page(int(limit), parameters.get("cursor"))
