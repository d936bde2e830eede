"""The sockets that this process listens on, which its connections take after."""

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

_USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)


def give_up_on_silence(seconds: float) -> None:
    """Have the kernel end each new connection whose client takes nothing of what waits to be sent for so long.

    The front stops waiting for such a client by itself; the connection, with what is in its buffers, would stay as
    long as the client does. The server opens its sockets itself and has no option for this. Linux only.
    """
    if _USER_TIMEOUT is None:
        return
    for listener in _listeners():
        with listener:
            listener.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, int(seconds * 1000))


def _listeners() -> list[socket.socket]:
    found = []
    for number in [int(entry.name) for entry in Path("/dev/fd").iterdir()]:
        with suppress(OSError):  # that of the directory itself is closed again
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                one = socket.socket(fileno=os.dup(number))
                if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    found.append(one)
                else:
                    one.close()
    return found
