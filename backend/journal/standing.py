"""How the database and the journal stand to each other: at one, or one of them behind.

A line is known to a database that wrote it, or that was told it after a restore (`backend.journal.apply`). The newest
line of the journal is written after the database has it, so a database that does not know it has been set back.
"""

from pathlib import Path
from typing import Literal

from django.conf import settings

from backend.journal.files import last_line
from diary.models import JournalLine

Standing = Literal["none", "at one", "set back", "another"]
"""`none`: no journal is kept. `set back`: the database is older than the journal. `another`: the journal lacks all that
this database has written to it, so it is another one's, or was lost."""


def standing() -> Standing:
    """As it is now. Raises OSError and BadLine for a journal that cannot be read."""
    directory: Path | None = settings.JOURNAL_DIR
    if directory is None:
        return "none"
    newest = last_line(directory)
    if newest is None:
        return "another" if JournalLine.objects.filter(relayed_at__isnull=False).exists() else "at one"
    return "at one" if JournalLine.objects.filter(pk=newest.id).exists() else "set back"
