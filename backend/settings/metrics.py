"""Who may read `/metrics`: anyone with the token. Without a token the address is not found, and nothing is kept.

Processes count what they do. Those that one process started keep their counts in one directory of small files, so that
any of them answers for all; it is named by that process, and goes with it or is removed by the next.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from backend.settings.environment import env

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_PORT = env.int("METRICS_PORT", default=0)
"""Where a worker answers, which has no other address; 0: nowhere."""

_NAME = "diary-counts-"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it, when it is first imported


def _directory_of_this_process() -> str:
    directory = Path(tempfile.gettempdir()) / f"{_NAME}{os.getpid()}"
    for left in directory.parent.glob(f"{_NAME}*"):
        if left == directory or not _lives(int(left.name.removeprefix(_NAME))):
            shutil.rmtree(left, ignore_errors=True)
    directory.mkdir(mode=0o700)
    atexit.register(_remove, directory, os.getpid())
    return str(directory)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # someone else's
        return True
    return True


def _remove(directory: Path, owner: int) -> None:
    if os.getpid() == owner:  # a child that was forked ends, too
        shutil.rmtree(directory, ignore_errors=True)


if METRICS_TOKEN and _SHARED not in os.environ:
    os.environ[_SHARED] = _directory_of_this_process()
