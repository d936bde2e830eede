"""Django's connection to PostgreSQL, on which something may wait to be sent first.

Django sends BEGIN and COMMIT each by itself, and who is asking is one more question: three times the way to the
database and back. Here they wait for the statement that follows, and the last one for COMMIT (`diary.statements`).
Nothing overtakes what waits: whatever cursor is used next sends it ahead of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.db.backends.postgresql import base


class Statement(NamedTuple):
    """SQL with its parameters. What rows it gives is not looked at."""

    sql: str
    parameters: Mapping[str, Any] | None = None


BEGIN = Statement("BEGIN")
_Cursor: Any = base.Cursor
_DatabaseWrapper: Any = base.DatabaseWrapper  # the stubs know little of either


class Cursor(_Cursor):  # type: ignore[misc]
    """Django's cursor; what waits goes in the trip of its statement."""

    database: "DatabaseWrapper | None" = None
    """None where Django only looks whether the connection is alive."""

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """As psycopg does."""
        return self._taking_along(super().execute, *args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """As psycopg does."""
        self._taking_along(super().executemany, *args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """As psycopg does; COPY can't go with anything."""
        self._taking_along(lambda: None)
        return super().copy(*args, **kwargs)

    def _taking_along(self, execute: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.database is None or not self.database.goes_first:
            return execute(*args, **kwargs)
        under_way = self.connection.pgconn.pipeline_status
        with nullcontext() if under_way else self.database.trip():
            self.database.send_first()
            return execute(*args, **kwargs)


class DatabaseWrapper(_DatabaseWrapper):  # type: ignore[misc]
    """One thread's connection."""

    begin_may_wait = False
    """Whether BEGIN of the next transaction waits for its first statement."""
    last_trip: ExitStack | None = None
    """The trip that COMMIT goes with, while it is under way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goes_first: list[Statement] = []
        """What is sent before anything else, in this order."""

    def connect(self) -> None:
        """A new connection has no trip under way, and no transaction that waits to begin."""
        self.last_trip = None
        self._has_not_begun()
        super().connect()

    def get_connection_params(self) -> dict[str, Any]:
        """As Django has them, with cursors that take along what waits."""
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django does. A cursor of the server's keeps its rows there, and takes nothing along."""
        if name is not None and self.goes_first:
            with self.trip():
                self.send_first()
        cursor = super().create_cursor(name)
        cursor.database = self
        return cursor

    @contextmanager
    def trip(self) -> Iterator[None]:
        """What is sent within goes together (libpq's pipeline), and has been answered at the end. Raises DatabaseError.

        What follows an error is not run, though psycopg takes it for prepared. It forgets all that on a rollback, and
        here, where nothing may be rolled back, it is told to: the database does with the next statement.
        """
        try:
            with self.wrap_database_errors, self.connection.pipeline():
                yield
        except DatabaseError:
            self.connection._prepared.clear()  # there is no public way
            raise

    def send_first(self) -> None:
        """Send off what waits, within a pipeline: its end tells of errors."""
        waiting, self.goes_first = self.goes_first, []
        for statement in waiting:
            self.send(*statement)

    def send(self, sql: str, parameters: Mapping[str, Any] | None) -> Any:
        """The cursor of a statement that the database prepares after a few uses (`prepare_threshold`)."""
        cursor: Any = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]
        (self.make_debug_cursor(cursor) if self.queries_logged else cursor).execute(sql, parameters)
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        """How Django begins a transaction."""
        if self.begin_may_wait:
            self.goes_first.insert(0, BEGIN)
        else:
            self._set_autocommit(False)  # noqa: FBT003 a method of Django's

    def _commit(self) -> None:
        if self._has_not_begun():
            return
        trip, self.last_trip = self.last_trip, None
        if trip is None:
            super()._commit()
            return
        with trip:
            self.send("COMMIT", None)

    def _rollback(self) -> None:
        if self._has_not_begun():
            return
        trip, self.last_trip = self.last_trip, None
        try:
            if trip is not None:
                trip.close()
        finally:
            super()._rollback()

    def _has_not_begun(self) -> bool:
        """Whether nothing was asked in the transaction, which is over thereby."""
        if BEGIN not in self.goes_first:
            return False
        self.goes_first.remove(BEGIN)
        return True
