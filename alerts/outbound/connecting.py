"""The connection under a call: to the very address that was looked at, and over in time whatever the receiver does."""

import socket
import ssl
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

import httpcore
from django.conf import settings

from alerts.outbound.errors import AddressRefused
from alerts.outbound.reachable import is_within, may_call
from alerts.outbound.target import Target

_TRIED: Final = 4
"""Of the addresses of a name, as many are tried as share the time that is left."""
_AT_ONCE: Final = 16 * 1024
_MOST: Final = 256 * 1024
"""Bytes that are taken from a line at a time, and in all: header fields and the framing of chunks included."""
_NOWHERE: Final = "the name leads to no address that may be called"

Place = tuple[int, tuple[Any, ...]]
"""An address family and a socket address of it."""


class Deadline:
    """When a call is over, counted from now; every wait of it takes from the same time."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def resolve(host: str, port: int) -> list[Place]:
    """Every address of a name, in the order to try them; whatever notation of an address the system knows, too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((int(family), place) for family, _, _, _, place in found))


class Connector(httpcore.NetworkBackend):
    """Connects once, to one target. `sent` tells whether any of the request may have gone out."""

    def __init__(self, target: Target, deadline: Deadline) -> None:
        self._target = target
        self._deadline = deadline
        self.sent = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Look the name up, once; refuse it if one of its addresses may not be called; else connect to one of them.

        Raises AddressRefused, httpcore.ConnectError and httpcore.ConnectTimeout.
        """
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            places = self._looked_up(host, port)
            self._require_callable(places)
            return _Line(self._connected(places[:_TRIED]), self)

    @property
    def deadline(self) -> Deadline:
        """When it is over."""
        return self._deadline

    def _looked_up(self, host: str, port: int) -> list[Place]:
        """The system's resolver knows no time limit, so it is waited for no longer than there is time."""
        answers: SimpleQueue[list[Place] | OSError | UnicodeError] = SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        Thread(target=look_up, daemon=True, name="outbound lookup").start()
        try:
            answer = answers.get(timeout=self._deadline.left())
        except Empty:
            raise TimeoutError from None
        if isinstance(answer, OSError | UnicodeError):
            raise AddressRefused(_NOWHERE) from answer  # a secret name that exists must look no different
        return answer

    def _require_callable(self, places: list[Place]) -> None:
        allowed = settings.OUTBOUND_ALLOWED_NETWORKS
        for _, place in places:
            address = ip_address(place[0])
            usual = self._target.is_usual and may_call(address)
            if not usual and not is_within(address, allowed):
                raise AddressRefused(_NOWHERE)

    def _connected(self, places: list[Place]) -> socket.socket:
        for tried, (family, place) in enumerate(places):
            line = socket.socket(family, socket.SOCK_STREAM)
            try:
                line.settimeout(self._deadline.left() / (len(places) - tried))
                line.connect(place)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                line.close()
                if tried + 1 == len(places):
                    raise
            else:
                return line
        raise OSError("a name without addresses")


class _Line(httpcore.NetworkStream):
    """A socket, each of whose waits is as long as there is time left."""

    def __init__(self, line: socket.socket, connector: Connector) -> None:
        self._line = line
        self._connector = connector
        self._taken = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _errors(httpcore.ReadTimeout, httpcore.ReadError):
            if self._taken > _MOST:
                raise OSError("endless")
            self._line.settimeout(self._connector.deadline.left())
            received = self._line.recv(min(max_bytes, _AT_ONCE))
            self._taken += len(received)
            return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _errors(httpcore.WriteTimeout, httpcore.WriteError):
            while buffer:
                self._line.settimeout(self._connector.deadline.left())
                self._connector.sent = True
                buffer = buffer[self._line.send(buffer) :]

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            try:
                self._line.settimeout(self._connector.deadline.left())  # for the whole handshake
                return _Line(ssl_context.wrap_socket(self._line, server_hostname=server_hostname), self._connector)
            except OSError:
                self._line.close()
                raise

    def get_extra_info(self, info: str) -> Any:
        return None


@contextmanager
def _errors(late: type[Exception], failed: type[Exception]) -> Generator[None]:
    """Name the system's errors as httpcore knows them."""
    try:
        yield
    except TimeoutError as error:
        raise late from error
    except (OSError, ValueError) as error:
        raise failed from error
