"""Who held a token the last time it was used here, and how far they reached.

It is believed until the first statement of a request, which goes to the database together with the question whether it
is still so: that spares a trip. Nothing is read or written on a belief that does not hold, and nothing is answered.
"""

from typing import Final

from django.db import DatabaseError

from diary.access.levels import NO_LONGER, Caller, Diary


class Believed:
    """The callers by their tokens' digests and the diaries they asked for, as the database last gave them."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._known: dict[str, dict[Diary | None, Caller]] = {}

    def get(self, digest: str, patient: Diary | None) -> Caller | None:
        """None when it is not known."""
        return self._known.get(digest, {}).get(patient)

    def note(self, digest: str, patient: Diary | None, caller: Caller) -> None:
        """So it is at this moment."""
        if len(self._known) >= self._most:
            self._known.clear()
        self._known.setdefault(digest, {})[patient] = caller

    def forget(self, digest: str) -> None:
        """It is no longer so."""
        self._known.pop(digest, None)


BELIEVED: Final = Believed()
"""Of this process."""


def is_overtaken(error: DatabaseError) -> bool:
    """Whether a trip was stopped since what was believed is no longer so. Nothing of it was done."""
    return getattr(error.__cause__, "sqlstate", None) == NO_LONGER
