"""A desktop that shows the notifications of a browser, and on which a person taps one.

It is the other end of what Chromium speaks on Linux, headless too: the session bus of D-Bus, and on it the service
`org.freedesktop.Notifications` (https://specifications.freedesktop.org/notification-spec/).
"""

import shutil
import subprocess
import time
from threading import Thread
from typing import Any, Final, NamedTuple, Self

import pytest
from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.threading import DBusRouter, open_dbus_connection

_NAME: Final = "org.freedesktop.Notifications"
_TELLS: Final = DBusAddress("/org/freedesktop/Notifications", interface=_NAME)


class Shown(NamedTuple):
    """What stands on the lock screen; `choices` are the words of its buttons by their names."""

    number: int
    title: str
    body: str
    choices: dict[str, str]


class Desktop:
    """Use as a context manager; without D-Bus here the test is skipped."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []

    def __enter__(self) -> Self:
        program = shutil.which("dbus-daemon")
        if program is None:
            pytest.skip("there is no dbus-daemon here, which a browser speaks to the desktop through")
        self._bus = subprocess.Popen(
            [program, "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()
        self._connection = open_dbus_connection(bus=self.address)
        with_answers = DBusRouter(self._connection)
        with_answers.send_and_get_reply(message_bus.RequestName(_NAME))
        with_answers.close()
        self._thread = Thread(target=self._answer, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.terminate()
        self._bus.communicate()
        self._thread.join()
        self._connection.close()

    def wait_for(self, count: int, *, timeout: float = 30.0) -> Shown:
        """The last of so many notifications. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while len(self.shown) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.shown)} of {count} notifications within {timeout} seconds")
            time.sleep(0.01)
        return self.shown[count - 1]

    def tap(self, one: Shown, *, choice: str = "default") -> None:
        """On the notification itself, or on one of its buttons."""
        self._connection.send(new_signal(_TELLS, "ActionInvoked", "us", (one.number, choice)))

    def _answer(self) -> None:
        while True:
            try:
                asked = self._connection.receive()
            except (ConnectionError, OSError):
                return
            if asked.header.message_type is MessageType.method_call:
                self._connection.send(self._answer_to(asked))

    def _answer_to(self, asked: Message) -> Message:
        match asked.header.fields.get(HeaderFields.member):
            case "GetCapabilities":
                return new_method_return(asked, "as", (["actions", "body"],))
            case "GetServerInformation":
                return new_method_return(asked, "ssss", ("desktop", "tests", "1", "1.2"))
            case "Notify":
                return new_method_return(asked, "u", (self._show(asked.body),))
            case _:
                return new_method_return(asked)

    def _show(self, body: Any) -> int:
        _program, replaces, _icon, title, words, actions, *_rest = body
        number = replaces or len(self.shown) + 1
        self.shown.append(Shown(number, title, words, dict(zip(actions[::2], actions[1::2], strict=True))))
        return int(number)
