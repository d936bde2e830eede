"""Whether the database is as new as the journal outside it: a restored one is held until an operator has looked.

Neither API nor workers start with it, so no revoked person reads, no erased account is there, and nothing that was sent
is sent again. A journal that is away holds only a database that may have been restored: at night its volume may be
missing, and danger signs must be answered all the same.
"""

from typing import Final

from django.db import Error

from backend.checks.fault import Fault
from backend.journal.files import BadLine
from backend.journal.standing import never_set_back, standing

_SET_BACK: Final = "has erasures, revocations and messages that the database lacks: it was restored"
_OTHER: Final = "has nothing of what this database wrote to its journal"
_HELD: Final = "run manage.py after_restore (docs/restoring.md)"
_GOES_ON: Final = (
    "is it mounted? The service goes on, and erasures wait in the database until it is (docs/restoring.md)"
)


def journal() -> list[Fault]:
    """What holds the service."""
    wrong, holds = _found()
    return [Fault("JOURNAL_DIR", f"{wrong}; {_HELD}")] if wrong and holds else []


def journal_away() -> list[Fault]:
    """What an operator must mend while the service goes on."""
    wrong, holds = _found()
    return [Fault("JOURNAL_DIR", f"{wrong}; {_GOES_ON}")] if wrong and not holds else []


def _found() -> tuple[str, bool]:
    """What is wrong, if anything is, and whether it holds the service.

    A database that is away, or older than this code, cannot be asked: then nothing is wrong with the journal either.
    """
    try:
        found = standing()
    except Error:
        return "", False
    except OSError as error:
        wrong = f"can't be read: {error.strerror}"
    except BadLine as bad:
        wrong = str(bad)
    else:
        wrong = _OTHER if found == "another" else ""
        if found == "set back":
            return _SET_BACK, True
    return wrong, not _goes_on()


def _goes_on() -> bool:
    try:
        return never_set_back()
    except Error:
        return False
