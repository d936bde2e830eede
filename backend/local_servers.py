"""Which `make run` a management command belongs to, found from any shell.

While it runs, `make run` holds a lock in its data directory and keeps a file there that says how to reach its servers.
The data directory may be anywhere, so the source tree that both were started from holds a note of where it is.
"""

import fcntl
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCE_TREE: Final = Path(__file__).resolve().parents[1]
DEFAULT_DATA_DIR: Final = SOURCE_TREE / ".local"
# One file for each `make run` of this source tree, named by its process id: the path of its data directory.
NOTES: Final = DEFAULT_DATA_DIR / "running"
HOW_TO_REACH: Final = "running.env"  # in the data directory
_TO_DO: Final = "start them with `make run`, or set DATABASE_URL and REDIS_URL"


@dataclass(frozen=True, slots=True)
class LocalServers:
    """`how_to_reach` is a file of environment variables, or None; then `missing` says in one line what to do."""

    data_dir: Path
    how_to_reach: Path | None = None
    missing: str = ""


def local_servers(*, data_dir: str) -> LocalServers:
    """Those of the `make run` in `data_dir`, or without one those of the only `make run` of this source tree."""
    if data_dir:
        chosen = Path(data_dir).resolve()
        return (
            _in(chosen)
            if is_held(chosen)
            else LocalServers(chosen, missing=f"nothing is running in {chosen}: {_TO_DO}")
        )
    running = running_here()
    if not running:
        return LocalServers(DEFAULT_DATA_DIR, missing=f"no servers are running: {_TO_DO}")
    if len(running) == 1:
        return _in(running[0])
    which = " and ".join(map(str, running))
    choose = f"choose one, as in DATA_DIR={shlex.quote(str(running[0]))}"
    return LocalServers(DEFAULT_DATA_DIR, missing=f"services are running in {which}: {choose}")


def _in(data_dir: Path) -> LocalServers:
    how_to_reach = data_dir / HOW_TO_REACH
    if how_to_reach.is_file():
        return LocalServers(data_dir, how_to_reach)
    return LocalServers(data_dir, missing=f"the servers in {data_dir} are still starting: try again in a moment")


def running_here() -> list[Path]:
    """The data directories of the `make run`s of this source tree that run now, in order."""
    try:
        noted = {Path(note.read_text()).resolve() for note in NOTES.iterdir()}
    except OSError:  # none yet, another user's, or one that has just been taken away
        noted = set()
    return sorted(filter(is_held, {DEFAULT_DATA_DIR, *noted}))


def is_held(data_dir: Path) -> bool:
    """Whether a `make run` holds the lock of its data directory; the system drops the lock when the process ends."""
    try:
        lock = os.open(data_dir / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
