"""The statements of the hot paths: hand-written, and prepared by the database once a connection.

Django's cursors put the parameters into the text, so that every statement is parsed and planned again; for the handful
that nearly every request runs that is a third of the database's work.
"""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


def fetch_all(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows that `statement` gives; it is prepared after a few uses (`prepare_threshold`)."""
    with closing(_cursor()) as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def fetch_one(statement: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first of them, or None."""
    found = fetch_all(statement, parameters)
    return found[0] if found else None


def _cursor() -> Any:
    """As Django makes its own, health check, error classes and query log included, but for where parameters go."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    plain: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg] # the stubs do not know its base
    return connection.make_debug_cursor(plain) if connection.queries_logged else connection.make_cursor(plain)
