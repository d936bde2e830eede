"""How the database and the journal stand to each other: at one, or one of them behind.

A line is known to a database that wrote it, or that was told it after a restore (`backend.journal.apply`). The newest
line of the journal is written after the database has it, so a database that does not know it has been set back.

Where the journal cannot be read, one thing can still be known: a database whose server has run since before it last
stood at one with its journal was not restored since. A restored one has a server that was started for it, or tables
that were made again.
"""

from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.db import connection

from backend.journal.files import last_line
from backend.models import JournalSeen
from diary.models import JournalLine

Standing = Literal["none", "at one", "set back", "another"]
"""`none`: no journal is kept. `set back`: the database is older than the journal. `another`: the journal lacks all that
this database has written to it, so it is another one's, or was lost."""
_SERVER: Final = """
    SELECT concat_ws(' ', extract(epoch FROM pg_catalog.pg_postmaster_start_time()), database.oid,
                     'public.diary_journalline'::regclass::oid)
    FROM pg_catalog.pg_database database WHERE datname = current_database()
"""
"""When the server was started, and what a dump that is restored gets new."""


def standing() -> Standing:
    """As it is now. Raises OSError and BadLine for a journal that cannot be read."""
    directory: Path | None = settings.JOURNAL_DIR
    if directory is None:
        return "none"
    directory.stat()  # what is not there must not look like an empty journal
    newest = last_line(directory)
    if newest is None:
        return "another" if JournalLine.objects.filter(relayed_at__isnull=False).exists() else "at one"
    return "at one" if JournalLine.objects.filter(pk=newest.id).exists() else "set back"


def note_at_one() -> None:
    """The database stands at one with its journal. Once for each start of its server there is something to write."""
    if not never_set_back():
        JournalSeen.objects.update_or_create(pk=1, defaults={"server": _server()})


def never_set_back() -> bool:
    """Whether its server has run since before it last stood at one with its journal."""
    return JournalSeen.objects.filter(server=_server()).exists()


def _server() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        return str(cursor.fetchone()[0])
