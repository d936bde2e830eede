"""The database in Health Connect's export: the table of weights, which Android keeps in grams.

Health Connect writes a zip with `health_connect_export.db`, an SQLite database of its own tables. A file from anyone is
opened as one that no one writes, so that nothing beside it is read or made; what it declares can call nothing, attach
nothing and take no more memory or time than a table of weights needs.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import Malformed
from diary.health_files.left_out import LeftOut, Reason
from diary.health_files.measured import Measured, at_offset, in_kilograms

MAGIC: Final = b"SQLite format 3\x00"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES: Final = {"weight_record_table", "application_info_table"}
_COLUMNS: Final = "SELECT row_id, app_info_id, time, zone_offset, weight FROM weight_record_table"
_APPS: Final = "SELECT row_id, package_name FROM application_info_table"
_MOST_APPS: Final = 10_000
_ALLOWED: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1024 * 1024,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 10_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
_STEPS: Final = 1_000_000
"""Instructions of SQLite's machine within which a row must come, which is far more than a plain table takes."""


def weights(path: Path, left_out: LeftOut) -> Iterator[Measured]:
    """Every weight. Raises Malformed for a database that is another one, or damaged."""
    try:
        with closing(_opened(path)) as database:
            goes_on = _GoesOn()
            database.set_progress_handler(goes_on.asked, _STEPS)
            _require_plain_tables(database)
            apps = dict(database.execute(_APPS).fetchmany(_MOST_APPS))
            for number, row in enumerate(database.execute(_COLUMNS), start=1):
                goes_on.rows = number
                found = _weight(number, row, apps)
                if isinstance(found, Measured):
                    yield found
                else:
                    left_out.add(number, found)
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:  # what it says may quote a damaged name
        raise _not_health_connect() from error


class _GoesOn:
    """Ends a statement that gives no row for too long."""

    def __init__(self) -> None:
        self.rows, self._rows_before = 0, -1

    def asked(self) -> int:
        """0 to go on."""
        is_stuck = self.rows == self._rows_before
        self._rows_before = self.rows
        return int(is_stuck)


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    for limit, most in _LIMITS.items():
        database.setlimit(limit, most)
    database.text_factory = bytes
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
        database.execute(f"PRAGMA {pragma}")
    database.set_authorizer(_only_reading)
    return database


def _only_reading(action: int, table: str | None, *_about: str | None) -> int:
    if action in _ALLOWED and (table is None or table in _TABLES or table == "sqlite_master"):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _require_plain_tables(database: sqlite3.Connection) -> None:
    """Raises Malformed where a name is that of a view, or of a table that is computed by something else."""
    declared = database.execute("SELECT name, type, sql FROM sqlite_master WHERE name IN (?, ?)", sorted(_TABLES))
    plain = {name for name, kind, sql in declared if kind == b"table" and sql.upper().startswith(b"CREATE TABLE")}
    if plain != {name.encode() for name in _TABLES}:
        raise _not_health_connect()


def _weight(number: int, row: tuple[Any, ...], apps: dict[Any, Any]) -> Measured | Reason:
    _id, app, at, offset, grams = row
    if not isinstance(at, int) or not isinstance(offset, int | None):
        return "date"
    try:
        moment = at_offset(_EPOCH + timedelta(milliseconds=at), offset or 0)
    except OverflowError:
        moment = None
    if moment is None:
        return "date"
    weight = in_kilograms(grams, "g") if isinstance(grams, int | float) else None
    if weight is None:
        return "number"
    name = apps.get(app, b"")
    source = name.decode(errors="replace") if isinstance(name, bytes) else ""
    return Measured(number, f"health-connect\n{source}", moment, weight_kg=weight)


def _not_health_connect() -> Malformed:
    return Malformed(_("The database is not Health Connect's, or it is damaged."))
