"""A database with many people in it: everything that one person has, copied for so many others.

Ids are copied as a hash of the id and the number of the copy, so that rows of different tables still belong together.
"""

from collections.abc import Collection
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

from tests.roles import beside

_NOT_OF_PEOPLE: Final = {"django_content_type", "django_migrations", "auth_permission", "backend_keyproof"}
_COLUMNS: Final = """
SELECT attname, format_type(atttypid, NULL), attnum = ANY (
    SELECT unnest(indkey) FROM pg_index WHERE indrelid = attrelid AND indisunique AND NOT EXISTS (
        SELECT FROM pg_attribute key
        WHERE key.attrelid = indrelid AND key.attnum = ANY (indkey) AND key.atttypid = 'uuid'::regtype))
FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' ORDER BY attnum
"""
"""Name, type, and whether it tells rows apart without the id of anyone."""


def copy_people(times: int, *, tables: Collection[str] = ()) -> None:
    """Copy every row of these tables, or of all that hold what people have, and count them for the planner."""
    with beside("owner") as owner:
        with owner.transaction():  # most foreign keys are looked at when it ends; the others lead to an account
            copied = tables or set(_all_tables(owner)) - _NOT_OF_PEOPLE
            for table in sorted(copied, key=lambda name: (name != "diary_user", name)):
                _copy(owner, table, times)
        owner.execute("VACUUM ANALYZE")


def _all_tables(owner: psycopg.Connection) -> list[str]:
    return [name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def _copy(owner: psycopg.Connection, table: str, times: int) -> None:
    columns: list[tuple[str, str, bool]] = owner.execute(_COLUMNS, [table]).fetchall()
    names = SQL(", ").join(Identifier(name) for name, _, _ in columns)
    values = SQL(", ").join(_copied(*column) for column in columns)
    copying = SQL("INSERT INTO {0} ({1}) SELECT {2} FROM {0}, generate_series(1, {3}) copy ON CONFLICT DO NOTHING")
    owner.execute(copying.format(Identifier(table), names, values, Literal(times)))


def _copied(name: str, kind: str, tells_apart: bool) -> Composable:
    values: dict[Any, str] = {
        ("uuid", True): "md5({0}::text || copy)::uuid",
        ("uuid", False): "md5({0}::text || copy)::uuid",
        ("text", True): "copy || {0}",
        ("character varying", True): "left(copy || {0}, 64)",
        ("bytea", True): "sha256({0} || copy::text::bytea)",
    }
    return SQL(values.get((kind, tells_apart), "{0}")).format(Identifier(name))
