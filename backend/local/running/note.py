"""A note in the source tree of where a `make run` keeps its data, for management commands in other shells."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backend.local_servers import DEFAULT_DATA_DIR, NOTES, is_held


@contextmanager
def noted(data_dir: Path) -> Iterator[None]:
    """Leave the note while this lasts, and clear away those of runs that were killed.

    In a source tree that belongs to someone else there is none: commands then need `DATA_DIR`.
    """
    note = NOTES / str(os.getpid())
    with suppress(PermissionError):
        DEFAULT_DATA_DIR.mkdir(mode=0o700, exist_ok=True)
        NOTES.mkdir(mode=0o700, exist_ok=True)
        for other in NOTES.iterdir():
            if not is_held(Path(other.read_text())):
                other.unlink(missing_ok=True)
        note.write_text(str(data_dir))
    try:
        yield
    finally:
        with suppress(PermissionError):
            note.unlink(missing_ok=True)
