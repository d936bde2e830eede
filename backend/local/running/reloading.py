"""`make dev`: the same processes, started again whenever the code changes; the server shows debug pages."""

import shlex
import sys
from typing import Final

_CODE: Final = ("alerts", "backend", "diary", "papers", "support", "web")
DEBUG: Final = {"DEBUG": "yes"}
"""What the server's environment has besides; the others would only keep every statement in memory."""


def reloading(commands: dict[str, list[str]], *, port: int) -> dict[str, list[str]]:
    """Name → module and arguments, of the same processes: Django's own server, and the others below a watcher."""
    watched = {name: _watched(command) for name, command in commands.items() if name != "api"}
    return {"api": ["django", "runserver", f"127.0.0.1:{port}"], **watched}


def _watched(command: list[str]) -> list[str]:
    """A worker is given time to finish what it does."""
    options = ["--filter", "python", "--verbosity", "warning", "--sigint-timeout", "15", "--target-type", "command"]
    return ["watchfiles", *options, shlex.join([sys.executable, "-m", *command]), *_CODE]
