"""The statements of the hot paths: hand-written, prepared by the database once a connection, and sent together.

Django's cursors put the parameters into the text, so that every statement is parsed and planned again, look at the
connection before each request with a statement of its own, and wait for each answer. For the handful that nearly every
request runs that is most of the time. Here a statement that was answered shows that the connection is alive, and one
that was lost with it is for `diary.api.framework.repeating`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet

from diary.postgresql.base import DatabaseWrapper, Statement

Found = TypeVar("Found")
Later = Callable[[], Found]
"""Gives what was asked for, once the trip that it went with is over."""
Row = tuple[Any, ...]


@contextmanager
def one_trip() -> Iterator[None]:
    """What is asked within goes to the database together, in this order, and what it gives is there afterwards.

    Each statement has a snapshot of its own, so what follows a lock sees what was committed before it was had. Only for
    statements of this module. Outside a transaction they are one: all of them hold, or none. Raises the first error.
    """
    with _connected().trip():
        yield


@contextmanager
def in_few_trips() -> Iterator[None]:
    """A transaction whose BEGIN goes with the first trip, and COMMIT with `last_trip`, if there is one."""
    database = _connected()
    database.begin_may_wait = True
    try:
        with transaction.atomic():
            database.begin_may_wait = False
            yield
    finally:
        database.begin_may_wait = False


@contextmanager
def last_trip() -> Iterator[None]:
    """As `one_trip`, but it takes COMMIT along: nothing may be asked after it, and its errors are those of COMMIT.

    Within another transaction there is no COMMIT to take along.
    """
    database = _connected()
    if database.savepoint_ids or not database.in_atomic_block:
        with one_trip():
            yield
        return
    with ExitStack() as trip:
        trip.enter_context(database.trip())
        yield
        database.last_trip = trip.pop_all()  # `DatabaseWrapper` ends it


def ask_first(statement: str, parameters: Mapping[str, Any]) -> None:
    """Have this go ahead of whatever is asked next, in the same trip: if it fails, that was not done."""
    _database().goes_first.append(Statement(statement, parameters))


def ask_now() -> None:
    """What was to go ahead of something, if nothing came."""
    if _database().goes_first:
        with one_trip():
            _connected().send_first()


def forget_first() -> None:
    """What was to go ahead of something does not."""
    _database().goes_first.clear()


def ask(statement: str, parameters: Mapping[str, Any]) -> Later[list[Row]]:
    """The rows that `statement` gives, which must be of a kind that gives rows, even if there are none."""
    fetchall: Later[list[Row]] = _executed(statement, parameters).fetchall
    return fetchall


def ask_for(queryset: QuerySet[Any, Found]) -> Later[list[Found]]:
    """What the list of a query of Django's has, whatever it is of."""
    answered = queryset.all()
    compiler: Any = answered.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        statement = compiler.as_sql()
    except EmptyResultSet:
        return list
    cursor = _connected().cursor()
    cursor.execute(*statement)

    def found() -> list[Found]:
        rows = [row[: compiler.col_count] for row in cursor.fetchall()]
        compiler.execute_sql = lambda *_, **__: [rows]  # it asks once more, and is given what was answered
        answered.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign] # of this one query
        return list(answered)

    return found


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
    database = _connected()
    if not database.goes_first:
        with database.wrap_database_errors:
            return database.send(statement, parameters)
    if not database.connection.pgconn.pipeline_status:
        with one_trip():
            return _executed(statement, parameters)
    with database.wrap_database_errors:
        database.send_first()
        return database.send(statement, parameters)


def _connected() -> DatabaseWrapper:
    """A first answer shows that the connection is alive, so it is not asked for that."""
    database = _database()
    database.ensure_connection()
    database.health_check_done = True
    return database


def _database() -> DatabaseWrapper:
    database: Any = connections[DEFAULT_DB_ALIAS]
    return database  # type: ignore[no-any-return] # `DATABASES` names this engine
