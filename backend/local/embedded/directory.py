"""A data directory that is its owner's alone, and used by one process at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from backend.local.embedded.processes import pid_lives


class DirectoryInUseError(Exception):
    """Another process holds the directory; the message is one line for a person."""


def make_private(directory: Path) -> Path:
    """Create `directory` (and its parents) readable by its owner only; an existing one is closed to others."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    return directory


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Make `directory` private and hold it against every other process, as long as this one lives.

    Nothing about it changes before it is ours: its present holder's servers may run in it under another account.
    The operating system drops the lock with the process, however it ends, so none is ever stale.
    Raises DirectoryInUseError.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        while not _locked(lock):
            holder = _holder(lock)
            if holder and pid_lives(holder):
                raise DirectoryInUseError(f"{directory} is in use by process {holder}")
            time.sleep(0.1)  # the holder was killed, and what it started is just ending
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        make_private(directory)
        yield


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(lock: TextIO) -> int:
    lock.seek(0)
    return int(lock.read().strip() or 0)
