"""Django's `migrate`, which gives way to requests that go on meanwhile and then begins again.

A migration that waits for a lock holds up whoever comes after it: behind a long reading, every write of that table. So
it waits for a moment only, lets them through, and tries again. And a migration that changes two tables and a request
that reads both may each wait for the other. The database undoes one of them: a request is done again
(`diary.api.framework.repeating`), and so is the migration, from where it was.
"""

import time
from typing import Any, Final

from django.core.management.commands import migrate
from django.db import OperationalError
from django.db.migrations import RunSQL
from psycopg.errors import LockNotAvailable

from diary.api.framework.repeating import made_way

PATIENCE: Final = "2s"
"""How long a migration, and whoever is behind it, waits for a lock."""
TIMES: Final = 120
PAUSE: Final = 0.5
"""Seconds, so that who was waiting is done."""


class Command(migrate.Command):
    """Bring the tables up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises OperationalError when it has had to give way too often: for minutes, if it was for a lock."""
        for left in reversed(range(TIMES)):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if not (left and (made_way(error) or isinstance(error.__cause__, LockNotAvailable))):
                    raise
                self.stderr.write("gave way to a request, and begins again")
                time.sleep(PAUSE)
            else:
                return

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Have each migration begin with how long it may wait, in its own transaction: a pooler keeps no session.

        One that is no single transaction says so itself where it must: it builds an index or looks through a table
        while everyone goes on, and has to outwait the transactions of that time.
        """
        if action == "apply_start" and migration.atomic:
            migration.operations.insert(0, RunSQL(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        super().migration_progress_callback(action, migration, fake)
