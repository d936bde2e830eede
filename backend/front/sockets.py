"""The sockets of this process. The server opens them itself, and has no options for what is done here."""

import os
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_WAITING_TO_BE_SENT: Final = 128 * 1024
"""Bytes that the kernel takes for a client (it doubles this). Left to itself it takes up to 4 MB, and more only when a
third of it is free again: for a slow phone half a minute in which it seems to read nothing."""
_UNREAD_FOR_SECONDS: Final = 600
"""Much longer than the front waits: the kernel's clock also runs on while someone reads in very small portions."""
_USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux
_DISCARD: Final = struct.pack("ii", 1, 0)


def prepare_for_slow_readers() -> None:
    """Have the kernel buffer little for each client that connects from now on, and not for ever.

    The front cannot see whether a client reads what has left the front: the last few hundred kilobytes of an answer.
    """
    for listener in _sockets():
        if listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _WAITING_TO_BE_SENT)
            if _USER_TIMEOUT is not None:
                listener.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, _UNREAD_FOR_SECONDS * 1000)


def cut_off(client: tuple[str, int] | None) -> None:
    """End the connection to the address and port of `client`, and forget what it has not read."""
    if client is None:
        return
    for connection in _sockets():
        with suppress(OSError):  # it listens, or has ended already
            host, port, *_ = connection.getpeername()
            if (host, str(port)) == (client[0], str(client[1])):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DISCARD)
                connection.shutdown(socket.SHUT_RDWR)


def _sockets() -> Iterator[socket.socket]:
    """Each TCP socket of the process; it is closed again, the connection is not."""
    for number in [int(entry.name) for entry in Path("/dev/fd").iterdir()]:
        with suppress(OSError):  # that of the directory itself is closed again
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as found:
                    if found.family in {socket.AF_INET, socket.AF_INET6} and found.type == socket.SOCK_STREAM:
                        yield found
