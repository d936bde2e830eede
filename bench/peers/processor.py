"""Processor time by part of the service: its API, PostgreSQL and the workers."""

from collections.abc import Callable, Mapping

import psutil


def tree(pid: int) -> Callable[[], list[psutil.Process]]:
    """A process with all that it has started."""
    return lambda: [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def postgresql() -> list[psutil.Process]:
    """Every process of the one server that this run has."""
    return [process for process in psutil.process_iter(["name"]) if process.info["name"] == "postgres"]


class ProcessorTime:
    """Seconds of processor time that parts have used, their ended children included."""

    def __init__(self, parts: Mapping[str, Callable[[], list[psutil.Process]]]) -> None:
        self._parts = parts
        self._before = self._used()

    def since(self) -> dict[str, float]:
        """What each has used since this was made."""
        return {part: used - self._before[part] for part, used in self._used().items()}

    def _used(self) -> dict[str, float]:
        return {part: sum(_seconds(one) for one in processes()) for part, processes in self._parts.items()}


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
