"""The statements of the hot paths: hand-written, prepared by the database once a connection, and sent together.

Django's cursors put the parameters into the text, so that every statement is parsed and planned again, look at the
connection before each request with a statement of its own, and wait for each answer. For the handful that nearly every
request runs that is most of the time. Here a statement that was answered shows that the connection is alive, and one
that was lost with it is for `diary.api.framework.repeating`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor

Found = TypeVar("Found")
Later = Callable[[], Found]
"""Gives what was asked for, once the trip that it went with is over."""
Row = tuple[Any, ...]


@contextmanager
def one_trip() -> Iterator[None]:
    """What is asked within goes to the database together, in this order, and what it gives is there afterwards.

    Each statement has a snapshot of its own, so what follows a lock sees what was committed before it was had. Only for
    statements of this module, within a transaction. Raises the first error of any of them.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    with database.wrap_database_errors, database.connection.pipeline():
        yield


def ask(statement: str, parameters: Mapping[str, Any]) -> Later[list[Row]]:
    """The rows that `statement` gives, which must be of a kind that gives rows, even if there are none."""
    fetchall: Later[list[Row]] = _executed(statement, parameters).fetchall
    return fetchall


def execute(statement: str, parameters: Mapping[str, Any]) -> None:
    """For a statement that gives no rows."""
    _executed(statement, parameters)


def fetch_all(statement: str, parameters: Mapping[str, Any]) -> list[Row]:
    """The rows that `statement` gives, at once."""
    return ask(statement, parameters)()


def fetch_one(statement: str, parameters: Mapping[str, Any]) -> Row | None:
    """The first of them, or None."""
    found = fetch_all(statement, parameters)
    return found[0] if found else None


def _executed(statement: str, parameters: Mapping[str, Any]) -> Any:
    """Prepared after a few uses (`prepare_threshold`); with Django's error classes and query log."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    cursor: Any = ServerBindingCursor(database.connection)  # type: ignore[call-arg] # the stubs do not know its base
    with database.wrap_database_errors:
        (database.make_debug_cursor(cursor) if database.queries_logged else cursor).execute(statement, parameters)
    database.health_check_done = True
    return cursor
