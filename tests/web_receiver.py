"""A web receiver: an HTTP server on loopback that does what a script says, byte by byte, and remembers who called."""

import json
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived, and the monotonic second at which it was all there."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """The connection to a caller, for a script to use as it likes."""

    def __init__(self, connection: socket.socket, over: Event) -> None:
        self._connection = connection
        self._over = over

    def send(self, raw: bytes) -> None:
        self._connection.sendall(raw)

    def drip(self, pieces: Iterable[bytes], *, every: float) -> None:
        """One piece after another until there are none left, the caller has gone or the test is over."""
        for piece in pieces:
            if self._over.wait(every):
                return
            self._connection.sendall(piece)

    def wait(self, seconds: float) -> None:
        self._over.wait(seconds)

    def reset(self) -> None:
        """Close without a goodbye: the caller's next read fails."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


Answer = Callable[[Request, Line], None]


def reply(status: int, body: bytes = b"", **headers: str) -> Answer:
    """A whole answer; a header `Retry_After` is sent as Retry-After."""
    given = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    return lambda _, line: line.send("\r\n".join(lines).encode() + body)


def raw(bytes_: bytes) -> Answer:
    """These bytes, and then the end."""
    return lambda _, line: line.send(bytes_)


def resets(after: bytes = b"") -> Answer:
    """These bytes, and then no goodbye."""

    def answer(_: Request, line: Line) -> None:
        line.send(after)
        line.wait(0.05)  # a reset overtakes what was sent: let it arrive
        line.reset()

    return answer


def slow(seconds: float, answer: Answer) -> Answer:
    """The answer, after a while."""

    def later(request: Request, line: Line) -> None:
        line.wait(seconds)
        answer(request, line)

    return later


def drips(start: bytes, piece: bytes, *, every: float) -> Answer:
    """A start, and then a piece now and then, without end."""

    def answer(_: Request, line: Line) -> None:
        line.send(start)
        line.drip(iter(lambda: piece, None), every=every)

    return answer


def echoes(request: Request, line: Line) -> None:
    """What a good receiver does: 200, with the challenge if it was sent one."""
    challenge = request.json["data"].get("challenge") if request.body else None
    body = b"" if challenge is None else json.dumps({"challenge": challenge}).encode()
    reply(200, body)(request, line)


class WebReceiver:
    """Listens on a free port while used as a context manager.

    `script` has an answer for each request in turn, of which the last is given for ever.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Request] = []
        self.script: list[Answer] = [echoes]
        self._tls = tls
        self._over = Event()
        self._taking_turns = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._threads: list[Thread] = []

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes up who waits for the next caller
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def wait_for(self, count: int, *, timeout: float = 30.0) -> list[Request]:
        """The first `count` requests. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while len(self.received) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.received)} of {count} requests within {timeout} seconds")
            time.sleep(0.005)
        return self.received[:count]

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        with suppress(OSError, ssl.SSLError), connection:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                request = _read(connection)
                if request is not None:
                    self._next_answer(request)(request, Line(connection, self._over))

    def _next_answer(self, request: Request) -> Answer:
        with self._taking_turns:
            self.received.append(request)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


def _read(connection: socket.socket) -> Request | None:
    """The request; None when the caller went away before it was all there."""
    with connection.makefile("rb") as incoming:
        start = incoming.readline().split()
        headers = {}
        while line := incoming.readline().strip():
            name, _, value = line.partition(b":")
            headers[name.decode().lower()] = value.strip().decode()
        body = incoming.read(int(headers.get("content-length", "0")))
    if len(start) != 3:
        return None
    return Request(start[0].decode(), start[1].decode(), headers, body, time.perf_counter())
