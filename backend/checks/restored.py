"""Whether the database is as new as the journal outside it: a restored one is held until an operator has looked.

Neither API nor workers start with it, so no revoked person reads, no erased account is there, and nothing that was sent
is sent again.
"""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.db import Error

from backend.checks.fault import Fault
from backend.journal.files import BadLine
from backend.journal.standing import Standing, standing

_TO_DO: Final = "run manage.py after_restore (docs/restoring.md)"
_WRONG: Final[Mapping[Standing, str]] = {
    "set back": f"has erasures, revocations and messages that the database lacks: it was restored; {_TO_DO}",
    "another": f"has nothing of what this database wrote to its journal; {_TO_DO}",
}


def journal() -> list[Fault]:
    """A database that is away, or older than this code, cannot be asked: then nothing is wrong."""
    try:
        found = standing()
    except Error:
        return []
    except OSError as error:
        return [Fault("JOURNAL_DIR", f"can't be read: {error.strerror}")]
    except BadLine as bad:
        return [Fault("JOURNAL_DIR", str(bad))]
    return [Fault("JOURNAL_DIR", _WRONG[found])] if found in _WRONG else []


def journal_dir() -> list[Fault]:
    """A path that is no directory: a volume that was not mounted must not look like an empty journal."""
    if settings.JOURNAL_DIR is None or settings.JOURNAL_DIR.is_dir():
        return []
    return [Fault("JOURNAL_DIR", "must be a directory that exists")]
