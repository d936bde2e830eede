"""What a log line may say about a failure: its kind and its place, never the values in its message.

Databases, parsers and mail servers quote in their messages what they were given, and that may be someone's health.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Final

from structlog.typing import EventDict, ExcInfo, WrappedLogger

from diary.request_id import NAME, request_id

_LONG: Final = re.compile(r"[^\s/?#\"'<>]{20,}")
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def kind_and_place(exc_info: ExcInfo) -> str:
    """The chain of exceptions, first cause first, each with its frames and its type but without its message."""
    lines: list[str] = []
    for exception in reversed(list(_chain(exc_info[1]))):
        frames = traceback.extract_tb(exception.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        lines.append(kind(exception))
    return "\n".join(lines)


def kind(exception: BaseException) -> str:
    """`package.module.Type`."""
    return f"{type(exception).__module__}.{type(exception).__qualname__}"


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    while exception is not None:
        yield exception
        exception = exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__)


def of_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the request that a line is about, also in the task that it caused."""
    id_ = request_id()
    if id_ is not None:
        event[NAME] = str(id_)
    return event


def without_links(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Cut the tokens off every address in a line: Django logs the path of what it refuses.

    Whatever the spelling of the path (`/A/…`, `//a/…`, `/%61/…`), and whatever page it is: in a text with a slash in it
    nothing of 20 characters or more stays but ids.
    """
    return {name: _cut(value) if name != _PLACE and isinstance(value, str) else value for name, value in event.items()}


_PLACE: Final = "exception"
"""Holds files and functions, and no values (`kind_and_place`)."""


def _cut(text: str) -> str:
    return _LONG.sub(_kept, text) if "/" in text else text


def _kept(part: re.Match[str]) -> str:
    return part[0] if _ID.fullmatch(part[0]) else "..."


class WithoutValues(logging.Filter):
    """Replaces exceptions among a line's arguments by their kind; Celery puts them, as text, under fixed names."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, cleaned."""
        if isinstance(record.args, dict) and "exc" in record.args:
            found = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
            shown = kind(found) if found else "an exception"
            record.args = {**record.args, "exc": shown, "traceback": "", "args": "", "kwargs": ""}
        elif isinstance(record.args, tuple):
            record.args = tuple(kind(a) if isinstance(a, BaseException) else a for a in record.args)
        return True


class NotHealth(logging.Filter):
    """Drops what Django says of a health check that was answered with 503: whoever asked has heard it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every other record pass."""
        request = getattr(record, "request", None)
        return request is None or not request.path.startswith("/health/")
