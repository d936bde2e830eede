"""Requests that the database made way for another one: done once more, in the one place where that is known to be safe.

Rows are held in one order (`diary.locks`), so a deadlock is rare. The database undoes the transaction of the one it
chooses, so nothing of it happened; what is sent goes out after the commit, or before the next transaction begins.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import structlog
from django.db import OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure

IDEMPOTENT: Final = ("GET", "HEAD", "PUT", "PATCH", "DELETE")
"""Methods whose second time finds what the first one left."""
TIMES: Final = 2
"""After the first one."""

_Answer = TypeVar("_Answer")
_Given = ParamSpec("_Given")
_log = structlog.get_logger(__name__)


def repeated(call: Callable[_Given, _Answer], *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
    """The answer of `call`, which is called again after a deadlock. Raises OperationalError when none comes."""
    for _ in range(TIMES):
        try:
            return call(*args, **kwargs)
        except OperationalError as error:
            if not made_way(error):
                raise
            _log.warning("done again", error=type(error.__cause__).__name__)
    return call(*args, **kwargs)


def made_way(error: OperationalError) -> bool:
    """Whether the database undid the transaction for another's sake: 40P01 or 40001."""
    return isinstance(error.__cause__, DeadlockDetected | SerializationFailure)
