"""The journal of erasures and revocations, kept outside the database (`docs/restoring.md`).

`JOURNAL_DIR` is a directory that every worker and every command sees, on other disks than the database's. Empty: none.
"""

from pathlib import Path

from backend.settings.environment import env

_given = env.str("JOURNAL_DIR", default="")
JOURNAL_DIR = Path(_given) if _given else None
JOURNAL_DAYS = env.int("JOURNAL_DAYS", default=400)
"""So long lines are kept: longer than any backup that may still be restored."""
