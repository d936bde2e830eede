"""Looking at processes of the operating system."""

import time
from contextlib import suppress

import psutil


def lives(process: psutil.Process) -> bool:
    """Whether it still runs: a dead one that no one has waited for does not, nor does another with its number."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def pid_lives(pid: int) -> bool:
    """Whether a process with this number runs."""
    with suppress(psutil.NoSuchProcess):
        return lives(psutil.Process(pid))
    return False


def kill_with_children(pid: int) -> None:
    """End a process and all its descendants at once, as a power cut would, and see them gone."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        doomed = [parent, *parent.children(recursive=True)]
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        while any(lives(process) for process in doomed):
            time.sleep(0.01)
