"""Hosts of our own: network namespaces on one bridge, with processes that can be killed and cables that can be pulled.

All of it is inside the namespaces that `deploy/hosts/run` made, whose own network has this bridge and nothing else:
from here the hosts are reached at their addresses, and nothing reaches anything outside.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

RUN: Final = Path("/run/hosts")
"""Data and logs of this run, in memory."""
HERE: Final = "10.77.0.1"
"""The world around the hosts: phones, mail servers, and who looks on."""
PORT: Final = "port-"
_NOWHERE: Final = "02:00:00:00:00:99"
_AS_DAEMON: Final = (
    "setpriv",
    *("--reuid", "daemon", "--regid", "daemon", "--clear-groups"),
    # What it runs may lie in directories that are closed to other accounts.
    *("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"),
)
"""For servers that refuse to run as root."""


def make_bridge() -> None:
    """The network of the run: a bridge, and this side of it."""
    _quiet("mount", "-t", "tmpfs", "hosts", "/run")  # of our mount namespace only
    RUN.mkdir(parents=True)
    Path("/run/netns").mkdir()
    _ip("link", "set", "lo", "up")
    _ip("link", "add", "bridge", "type", "bridge")
    _ip("addr", "add", f"{HERE}/24", "dev", "bridge")
    _ip("link", "set", "bridge", "up")


class Host:
    """One machine of the run."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.address = f"10.77.0.{number}"
        self.directory = RUN / name
        self.directory.mkdir()
        self.directory.chmod(0o777)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment: dict[str, str] = {}
        """Of every process that is started from now on, such as another clock."""
        _ip("netns", "add", name)
        _ip("link", "add", PORT + name, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", PORT + name, "master", "bridge", "up")
        for command in ("link set lo up", "link set eth0 up", f"addr add {self.address}/24 dev eth0"):
            _ip("-n", name, *command.split())

    def start(
        self,
        name: str,
        *command: str,
        environment: Mapping[str, str] | None = None,
        root: bool = True,
        directory: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """A process here; its output is in `RUN/host/name.log`."""
        with (self.directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.name, *(() if root else _AS_DAEMON), *command],
                cwd=directory or self.directory,
                env=self._environment(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def run(self, *command: str, environment: Mapping[str, str] | None = None, directory: Path | None = None) -> str:
        """What a command prints that is run here to its end. Raises RuntimeError with its last words."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.name, *command],
            cwd=directory or self.directory,
            env=self._environment(environment or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} on {self.name}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def _environment(self, given: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory), **given, **self.environment}

    def stop(self, name: str, *, patience: float = 30.0) -> None:
        """Ask a process to end, as a deploy does, and wait until it has; after a while it is killed."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill(self, name: str) -> None:
        """End a process and its children with signal 9."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def cut(self) -> None:
        """Pull the cable: nothing comes or goes, and no one is told."""
        _ip("link", "set", PORT + self.name, "down")

    def join(self) -> None:
        """Plug it in again, and forget what it was split from."""
        _ip("link", "set", PORT + self.name, "up")
        _ip("-n", self.name, "neigh", "flush", "dev", "eth0", "nud", "permanent")

    def runs(self, name: str) -> bool:
        """Whether this process was started here and lives."""
        process = self.processes.get(name)
        return process is not None and process.poll() is None

    def lose(self) -> None:
        """The power is gone: the cable first, so that no farewell is heard, then every process of this host."""
        self.cut()
        while pids := self._pids():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for process in self.processes.values():
                process.poll()
            time.sleep(0.05)
        self.processes.clear()

    def _pids(self) -> list[int]:
        found = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True, check=True)
        return [int(pid) for pid in found.stdout.split() if not _is_dead(int(pid))]

    def say(self, name: str) -> str:
        """The end of what a process has written."""
        log = self.directory / f"{name}.log"
        return log.read_text(errors="replace")[-2000:] if log.is_file() else ""


def split(one: Host, others: Sequence[Host]) -> None:
    """Nothing gets from `one` to these others or back; what is sent is lost without a word."""
    for other in others:
        for a, b in ((one, other), (other, one)):
            _ip("-n", a.name, "neigh", "replace", b.address, "lladdr", _NOWHERE, "dev", "eth0", "nud", "permanent")


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _ip(*arguments: str) -> None:
    _quiet("ip", *arguments)


def _quiet(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
