"""What statements read, by the plans that PostgreSQL makes of them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True)
class Read:
    """One place of a plan that reads a table: by which index, None for all of it, and on which condition."""

    table: str
    index: str | None
    condition: str


class Statement(NamedTuple):
    """As it was given to the driver."""

    text: str
    parameters: Any


def statements_of(work: Callable[[], object]) -> list[Statement]:
    """What `work` asks of the database."""
    asked: list[Statement] = []

    def noted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append(Statement(sql, params))
        return execute(sql, params, many, context)

    with CaptureQueriesContext(connection), connection.execute_wrapper(noted):  # logged, so that all are wrapped
        work()
    return [one for one in asked if one.text.lstrip().upper().startswith(_STATEMENTS)]


def reads(statement: Statement, *, only_without_an_index: bool = False) -> list[Read]:
    """Every place of its plan that reads a table.

    `only_without_an_index`: all of a table is read only where no index would do, however few rows it has now.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET enable_seqscan = {'off' if only_without_an_index else 'on'}")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.text}", statement.parameters)
        (plan,) = cursor.fetchone() or ("[]",)
        cursor.execute("RESET enable_seqscan")
    return list(_reads([one["Plan"] for one in (plan if isinstance(plan, list) else json.loads(plan))]))


def _reads(nodes: list[Any], table: str = "") -> Iterator[Read]:
    for node in nodes:
        table = node.get("Relation Name", table)
        match node["Node Type"]:
            case "Seq Scan":
                yield Read(table, None, node.get("Filter", ""))
            case "Index Scan" | "Index Only Scan" | "Bitmap Index Scan":
                yield Read(table, node["Index Name"], node.get("Index Cond", ""))
        yield from _reads(node.get("Plans", []), table)
