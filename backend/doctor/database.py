"""The database: whether it answers, as whom, with which tables, and whether what it says is stored is on disk."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import Error, connection, transaction
from django.db.migrations.exceptions import AmbiguityError, NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from django.utils import timezone

from backend.doctor.finding import Finding, broken, ok, warning
from backend.roles import OWNER, READER, SERVICE

_OLDEST: Final = 14
_LATE_SECONDS: Final = 2.0
_WRONG_SECONDS: Final = 30.0
_FULL: Final = 0.8
_ROLES: Final = """
    SELECT current_user, rolsuper, pg_has_role(current_user, datdba, 'USAGE'),
           ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY(%(roles)s))
    FROM pg_catalog.pg_roles, pg_catalog.pg_database WHERE rolname = current_user AND datname = current_database()
"""
_DOWN: Final = """
    SELECT relname::text FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    WHERE tgname IN ('append_only', 'never_truncated', 'id_once') AND tgenabled <> 'A'
"""
_GROWN: Final = """
    SELECT pg_size_pretty(pg_database_size(current_database())),
           (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend'),
           current_setting('max_connections')::int
"""
_WAL: Final = "SELECT pg_size_pretty(sum(size)) FROM pg_ls_waldir()"
_DURABLE: Final[Mapping[str, frozenset[str]]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_write", "remote_apply"}),
}


def answers() -> Finding:
    """Whether there is a connection, and to which version."""
    try:
        version = int(_row("SHOW server_version_num")[0]) // 10_000
    except OperationalError as error:
        said = str(error).strip().partition("\n")[0]
        return broken("database", f"does not answer: {said}", "start it, or correct DATABASE_URL")
    if version < _OLDEST:
        return broken("database", f"is PostgreSQL {version}", f"run it on {_OLDEST} or newer; it is tested on 18")
    return ok("database", f"answers: PostgreSQL {version}")


def looked_at() -> Iterator[Finding]:
    """Everything else about a database that answers."""
    for look in (_clock, _migrations, _roles, _guards, _durability, _size):
        try:
            with transaction.atomic():
                found = list(look())
        except Error as error:
            what = look.__name__.strip("_")
            found = [broken("database", f"{what}: could not be asked ({type(error).__name__})", "read its log")]
        yield from found


def _clock() -> Iterator[Finding]:
    before = timezone.now()
    its: datetime = _row("SELECT clock_timestamp()")[0]
    here = before + (timezone.now() - before) / 2
    off = abs((its - here).total_seconds())
    says = f"the database's clock and this machine's are {off:.1f} s apart"
    if off <= _LATE_SECONDS:
        yield ok("clock", says)
    else:
        how = "set both by NTP: messages are due, and sessions end, by these clocks"
        yield (warning if off <= _WRONG_SECONDS else broken)("clock", says, how)


def _migrations() -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (AmbiguityError, NodeNotFoundError) as error:
        yield broken("migrations", f"cannot be read: {type(error).__name__}", "deploy one release whole")
        return
    known, applied = set(executor.loader.disk_migrations), set(executor.loader.applied_migrations)
    if plan:
        names = ", ".join(f"{one.app_label}.{one.name}" for one, _backwards in plan[:5])
        yield broken("migrations", f"{len(plan)} are missing: {names}", "run manage.py migrate as diary_owner")
    elif ahead := sorted(applied - known - {one for one in applied if one[0] not in executor.loader.migrated_apps}):
        names = ", ".join(".".join(one) for one in ahead[:5])
        yield warning("migrations", f"the database is ahead of this code: {names}", "finish the deploy")
    else:
        yield ok("migrations", "all are applied")


def _roles() -> Iterator[Finding]:
    user, is_super, owns, there = _row(_ROLES, roles=[OWNER, SERVICE, READER])
    missing = sorted({OWNER, SERVICE, READER} - set(there))
    if missing:
        yield broken("roles", f"{' and '.join(missing)} missing", "run manage.py database_roles as the administrator")
    if is_super or owns:
        how = f"give the service the login of {SERVICE} (docs/operating.md)"
        yield broken("roles", f"connected as {user}, who could switch off what guards the access log", how)
    elif not missing:
        yield ok("roles", f"connected as {user}, who owns nothing")


def _guards() -> Iterator[Finding]:
    may = _row("SELECT has_any_column_privilege('diary_accessline', 'UPDATE')")[0]
    with connection.cursor() as cursor:
        cursor.execute(_DOWN)
        down = sorted({name for (name,) in cursor.fetchall()})
    if down:
        yield broken("access log", f"guards are switched off: {', '.join(down)}", "switch them on, and find out who")
    elif may:
        yield broken("access log", "this login may change it", f"connect as {SERVICE}, and migrate as {OWNER}")
    else:
        yield ok("access log", "can only be added to")


def _durability() -> Iterator[Finding]:
    values = {name: str(_row(f"SHOW {name}")[0]) for name in _DURABLE}
    wrong = [f"{name} = {value}" for name, value in values.items() if value not in _DURABLE[name]]
    if wrong:
        how = "set it to on: what was answered as stored would be gone after a power cut"
        yield broken("durability", ", ".join(wrong), how)
    else:
        yield ok("durability", ", ".join(f"{name} = {value}" for name, value in values.items()))


def _size() -> Iterator[Finding]:
    size, used, most = _row(_GROWN)
    says = f"{size}, {_wal()}; {used} of {most} connections in use"
    if used > most * _FULL:
        yield warning("database size", says, "raise max_connections, or put a pooler in front")
    else:
        yield ok("database size", says)


def _wal() -> str:
    try:
        with transaction.atomic():
            return f"write-ahead log {_row(_WAL)[0]}"
    except Error:
        return "write-ahead log not readable by this login"


def _row(statement: str, **parameters: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
