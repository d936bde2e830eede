"""Requests that the database undid or was lost over: done once more, in the one place where that is known to be safe.

Rows are held in one order (`diary.locks`), so a deadlock is rare. The database undoes the transaction of the one it
chooses, so nothing of it happened; what is sent goes out after the commit, or before the next transaction begins. A
connection may be lost at any moment, even after the commit and before its answer: only what finds the second time what
the first one left is repeated. A statement that was prepared before an upgrade changed the type of a column is refused
once on each connection, before it does anything. And what was believed of the caller may have changed
(`diary.api.framework.believed`): whoever is called again asks the database first.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, connection
from psycopg.errors import DeadlockDetected, FeatureNotSupported, SerializationFailure

from diary.api.framework.believed import is_overtaken

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
    """The answer of `call`, which is called again after a deadlock, and once more on a new connection for one that was
    lost, or had prepared its statements for tables that have changed since.

    Raises DatabaseError when no answer comes.
    """
    lost = 0
    for _ in range(TIMES):
        try:
            return call(*args, **kwargs)
        except DatabaseError as error:
            is_over = is_lost(error) or is_outdated(error)
            lost += is_over
            if lost > 1 or not (is_over or made_way(error) or is_overtaken(error)):
                raise
            if not is_overtaken(error):
                _log.warning("done again", error=type(error.__cause__).__name__)
            if is_over:
                connection.close()
    return call(*args, **kwargs)


def made_way(error: DatabaseError) -> bool:
    """Whether the database undid the transaction for another's sake: 40P01 or 40001."""
    return isinstance(error.__cause__, DeadlockDetected | SerializationFailure)


def is_outdated(error: DatabaseError) -> bool:
    """Whether it is of a statement whose plan no longer fits its tables: 0A000, with a text of PostgreSQL's own."""
    return isinstance(error.__cause__, FeatureNotSupported) and not connection.in_atomic_block


def is_lost(error: DatabaseError) -> bool:
    """Whether the connection went with it: what libpq says itself has no SQLSTATE, the server says 08… or 57P0….

    Within a transaction of somebody else's it cannot be had anew.
    """
    state = getattr(error.__cause__, "sqlstate", "")
    return (state is None or state[:2] == "08" or state in _ENDING) and not connection.in_atomic_block
