"""Django's `migrate`, which gives way to requests that go on meanwhile and then begins again.

A migration that changes two tables and a request that reads both may each wait for the other. The database undoes one
of them: a request is done again (`diary.api.framework.repeating`), and so is the migration, from where it was.
"""

import time
from typing import Any, Final

from django.core.management.commands import migrate
from django.db import OperationalError

from diary.api.framework.repeating import made_way

TIMES: Final = 20
PAUSE: Final = 0.5
"""Seconds, so that who was waiting is done."""


class Command(migrate.Command):
    """Bring the tables up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises OperationalError when it has had to give way too often."""
        for left in reversed(range(TIMES)):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if not (left and made_way(error)):
                    raise
                self.stderr.write("gave way to a request, and begins again")
                time.sleep(PAUSE)
            else:
                return
