"""The statements of the hot paths: hand-written, prepared by the database once a connection, and sent together.

Django's cursors put the parameters into the text, so that every statement is parsed and planned again, look at the
connection before each request with a statement of its own, and wait for each answer. For the handful that nearly every
request runs that is most of the time. Here a statement that was answered shows that the connection is alive, and one
that was lost with it is for `diary.api.framework.repeating`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import randrange
from typing import Any, Final, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet
from psycopg.sql import Literal

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


class PreparedQuery(Generic[Found]):
    """A query of Django's whose text is made once a process; `given` has the kind of each value that it is asked with.

    Making the text takes Django several times as long as the database takes to answer. So nothing but these values may
    differ from one time to the next: no clock is read for it, and nothing is left out depending on a value.
    """

    def __init__(self, about: Callable[..., QuerySet[Any, Found]], **given: type) -> None:
        self._about, self._given = about, given

    def fetch(self, **given: Any) -> list[Found]:
        """What its list has for these values, in one statement."""
        return self.ask(**given)()

    def ask(self, **given: Any) -> Later[list[Found]]:
        """The same, in the trip that is under way."""
        text, queryset, compiler = self._made
        rows = ask(text, given)
        return lambda: _made_of(rows(), queryset, compiler)

    @cached_property
    def _made(self) -> tuple[str, QuerySet[Any, Found], Any]:
        """Made with values that stand nowhere else, in whose places the database is given others. Raises ValueError."""
        database = _connected()
        examples = {name: _EXAMPLES[kind]() for name, kind in self._given.items()}
        queryset = self._about(**examples)
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        text: str = database.ops.compose_sql(*compiler.as_sql()).replace("%", "%%")
        for name, example in examples.items():
            literal = Literal(example).as_string(database.connection)
            text = text.replace(literal, f"%({name})s")
            if f"%({name})s" not in text or str(example) in text:
                raise ValueError(f"{name} has no place in the query, or is a part of something else")
        return text, queryset, compiler


_EXAMPLES: Final[Mapping[type, Callable[[], Any]]] = {
    UUID: uuid4,
    str: lambda: uuid4().hex,
    int: lambda: 10**9 + randrange(10**9),  # noqa: S311 not a secret
    datetime: lambda: datetime(1900, 1, 1, tzinfo=UTC) + timedelta(microseconds=randrange(10**15)),  # noqa: S311
}


def _made_of(rows: list[Row], queryset: QuerySet[Any, Found], compiler: Any) -> list[Found]:
    """What Django makes of rows that were asked for with the compiler's text; neither of them is changed."""
    answered, compiler = queryset.all(), copy(compiler)
    shown = [row[: compiler.col_count] for row in rows]
    compiler.execute_sql = lambda *_, **__: [shown]  # it asks once more, and is given what was answered
    answered.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign] # of this one query
    return list(answered)


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
