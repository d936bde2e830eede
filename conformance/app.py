"""An app in a device's place: a program that does what a person does, and says what it shows then.

It is started once for each device, with `DIARY_URL` and `DIARY_TOKEN` in its environment, and keeps a diary with its
own store and sync. It reads a line of JSON for each step and answers each with one:

    {"changes": [CHANGE, ...]}      do these as a person would, who has seen the version in `if_version`; then sync
    {"fresh": true}                 forget the diary on this device

Where two versions of something wait for a decision, a change of it is the decision. Either answer is
`{"holds": {ID: CONTENT, ...}}`: all that the app knows the service to have, as it has it, with its `version`.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from conformance.connection import Connection
from conformance.lossy import Lossy


class App:
    """One device of a script, played by a program. What it is told goes through a line that can lose an answer."""

    def __init__(self, name: str, connection: Connection, command: list[str]) -> None:
        self.name = name
        self.connection = connection
        self.copy: dict[str, Mapping[str, Any] | None] = {}
        self.faults: list[str] = []
        self._lossy = Lossy(connection.url)
        environment = {**os.environ, "DIARY_URL": self._lossy.url, "DIARY_TOKEN": connection.token}
        self._process = subprocess.Popen(  # noqa: S603 - the program that the person at the keyboard names
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def sync(self, changes: list[Any], *, answer_gets_lost: bool = False) -> None:
        """Do `changes` and sync."""
        if answer_gets_lost:
            self._lossy.lose_next()
        self._do({"changes": changes})

    def forget(self) -> None:
        """As fresh out of the box."""
        self._do({"fresh": True})

    def close(self) -> None:
        """End the program."""
        if self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.stdout.close()
        self._process.wait()
        self._lossy.close()

    def _do(self, step: Mapping[str, Any]) -> None:
        if not (self._process.stdin and self._process.stdout):
            raise ValueError("the app can't be spoken to")
        self._process.stdin.write(json.dumps(step) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ValueError(f"the app has ended with {self._process.wait()}")
        holds = json.loads(line)["holds"]
        self.copy = dict.fromkeys(self.copy) | holds
