"""Requests that the database undid or was lost over: done once more, in the one place where that is known to be safe.

Rows are held in one order (`diary.locks`), so a deadlock is rare. The database undoes the transaction of the one it
chooses, so nothing of it happened; what is sent goes out after the commit, or before the next transaction begins. A
connection may be lost at any moment, even after the commit and before its answer: only what finds the second time what
the first one left is repeated.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected, SerializationFailure

IDEMPOTENT: Final = ("GET", "HEAD", "PUT", "PATCH", "DELETE")
"""Methods whose second time finds what the first one left."""
TIMES: Final = 2
"""After the first one."""
_ENDING: Final = ("57P01", "57P02", "57P03")
"""The server is shut down, has crashed, or is not up yet."""

_Answer = TypeVar("_Answer")
_Given = ParamSpec("_Given")
_log = structlog.get_logger(__name__)


def repeated(call: Callable[_Given, _Answer], *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
    """The answer of `call`, which is called again after a deadlock, and once more on a new connection for a lost one.

    Raises OperationalError when no answer comes.
    """
    lost = 0
    for _ in range(TIMES):
        try:
            return call(*args, **kwargs)
        except OperationalError as error:
            lost += is_lost(error)
            if lost > 1 or not (is_lost(error) or made_way(error)):
                raise
            _log.warning("done again", error=type(error.__cause__).__name__)
            if is_lost(error):
                connection.close()
    return call(*args, **kwargs)


def made_way(error: OperationalError) -> bool:
    """Whether the database undid the transaction for another's sake: 40P01 or 40001."""
    return isinstance(error.__cause__, DeadlockDetected | SerializationFailure)


def is_lost(error: OperationalError) -> bool:
    """Whether the connection went with it: what libpq says itself has no SQLSTATE, the server says 08… or 57P0….

    Within a transaction of somebody else's it cannot be had anew.
    """
    state = getattr(error.__cause__, "sqlstate", "")
    return (state is None or state[:2] == "08" or state in _ENDING) and not connection.in_atomic_block
