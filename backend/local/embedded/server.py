"""What the embedded servers have in common: a process of their own, a directory, a port and a password."""

import errno
import secrets
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Self

import psutil

from backend.local.embedded.directory import make_private
from backend.local.embedded.processes import kill_with_children

_POLL_SECONDS = 0.02
_LISTENING = range(10_000, 32_000)


class ServerError(Exception):
    """A server did not start; the message is one line for a person and names the log."""


def free_port(*, preferred: int = 0) -> int:
    """A TCP port of the loopback interface that no one listens on now: `preferred` if it is free.

    Taken from below the range that systems use for outgoing connections, so that none of these has the port by the
    time a server listens on it, or starts again on it. Raises OSError when a hundred are taken.
    """
    chosen_by_chance = (_LISTENING.start + secrets.randbelow(len(_LISTENING)) for _ in range(100))
    for port in filter(None, (preferred, *chosen_by_chance)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise OSError(errno.EADDRINUSE, "no free port on loopback")


class Server(ABC):
    """One server process. It keeps its port and password over restarts, so its URL stays the same."""

    name: ClassVar[str]
    executable: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.directory = directory.absolute()
        self.data = self.directory / "data"
        self.log = self.directory / "log"
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect, password included."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the data directory ready for a start."""

    @abstractmethod
    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the started process answers."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Where the server writes its process id in the first line."""

    @property
    def password(self) -> str:
        """Made at the first start and kept beside the data, for the owner's eyes."""
        kept = self.directory / "password"
        if not kept.is_file():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(24))
        return kept.read_text()

    def start(self, *, timeout: float = 300.0) -> Self:
        """Start and wait until it answers; recovery after a crash may take its time. Raises ServerError."""
        make_private(self.directory)
        self.stop_orphan()
        self.prepare()
        self.process = self.launch()
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServerError(f"{self.name} did not start: {self._last_words()} (log: {self.log})")
            time.sleep(_POLL_SECONDS)
        return self

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self, *, timeout: float = 30.0) -> None:
        """Shut down in order; a server that does not within `timeout` seconds is killed."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the process and its children at once, as a power cut would."""
        if self.process is not None:
            kill_with_children(self.process.pid)
            self.process.wait()

    def stop_orphan(self) -> None:
        """Stop the server that a killed earlier owner left behind, and forget the process id it left.

        After a reboot the id may belong to anything; only a process of this name in this directory is touched.
        """
        pid = _first_number(self.pid_file)
        if pid is None:
            return
        try:
            process = psutil.Process(pid)
            if process.name() != self.executable or Path(process.cwd()) != self.data.resolve():
                self.pid_file.unlink()
                return
            process.send_signal(self.stop_signal)
            process.wait(30)
        except psutil.NoSuchProcess:
            return
        except psutil.AccessDenied:
            self.pid_file.unlink()
        except psutil.TimeoutExpired:
            kill_with_children(pid)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.is_file() else []
        return lines[-1] if lines else "no reason given"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
