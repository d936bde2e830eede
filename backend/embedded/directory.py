"""A data directory that is its owner's alone, and used by one process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DirectoryInUseError(Exception):
    """Another process holds the directory; the message is one line for a person."""


def make_private(directory: Path) -> Path:
    """Create `directory` (and its parents) readable by its owner only; an existing one is closed to others."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    return directory


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Hold `directory` against every other process, as long as this one lives.

    The operating system drops the lock with the process, however it ends, so none is ever stale.
    Raises DirectoryInUseError.
    """
    with (directory / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            raise DirectoryInUseError(f"{directory} is in use by process {holder or 'unknown'}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
