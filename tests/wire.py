"""The wire between this process and its database: how often an answer is waited for, and an answer that gets lost."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Self

from django.db import connection

COMMIT = b"COMMIT"
SLOW_SECONDS = 0.02


class Wire:
    """Passes on what both sides say, each answer after a while: what is sent meanwhile did not wait for it."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.trips = 0
        """How often something was sent after something had been answered."""
        self.lose_the_answer_to: bytes | None = None
        """Words of the request whose answer is cut off, once."""
        self._is_answered = True
        self._is_lost = False
        self._ends: list[socket.socket] = []

    @property
    def has_lost_it(self) -> bool:
        return self.lose_the_answer_to is None and not self._is_lost

    def __enter__(self) -> Self:
        Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        end(self._door, *self._ends)

    def _listen(self) -> None:
        with suppress(OSError):  # closed at the end
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(self._to)
                self._ends += [client, server]
                Thread(target=self._up, args=(client, server), daemon=True).start()
                Thread(target=self._down, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := client.recv(65536):
                self.trips += self._is_answered
                self._is_answered = False
                if self.lose_the_answer_to and self.lose_the_answer_to in said:
                    self.lose_the_answer_to, self._is_lost = None, True
                server.sendall(said)
        end(server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := server.recv(65536):
                time.sleep(SLOW_SECONDS)
                self._is_answered = True
                if self._is_lost:
                    self._is_lost = False
                    break
                client.sendall(said)
        end(client, server)


def end(*sockets: socket.socket) -> None:
    """Also for a thread that waits there."""
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def wired() -> Iterator[Wire]:
    """This process' connection goes through a wire for a while; for a test that commits."""
    settings = connection.settings_dict
    before = settings["HOST"], settings["PORT"]
    with Wire(settings["HOST"], int(settings["PORT"])) as wire:
        connection.close()
        settings["HOST"], settings["PORT"] = "127.0.0.1", str(wire.port)
        try:
            yield wire
        finally:
            connection.close()
            settings["HOST"], settings["PORT"] = before
