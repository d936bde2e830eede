"""Many clients that are slow or silent, on an event loop in a thread of its own."""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Thread
from typing import Self

Way = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_SMALL = 16 * 1024  # bytes that a slow reader's kernel, and then its event loop, take without being asked


class Crowd:
    """Use as a context manager: at its end every connection is closed."""

    def __init__(self, port: int) -> None:
        self.answers: Counter[bytes] = Counter()
        """The statuses of what came back."""
        self._port = port
        self._tasks: list[asyncio.Task[None]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def fall_silent(self, message: bytes, *, count: int) -> None:
        """So many send `message`, which is not all of a request, and then nothing."""
        self._come(count, self._sending(message))

    def drip(self, message: bytes, *, count: int, every: float = 1.0) -> None:
        """So many send `message` byte by byte."""
        self._come(count, self._sending(*(message[place : place + 1] for place in range(len(message))), every=every))

    def sip(self, message: bytes, *, count: int, every: float = 0.05) -> None:
        """So many ask with `message` and read the answer at 40 kB a second."""

        async def way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(message)
            self.answers[(await reader.read(16))[9:12]] += 1
            while await reader.read(2048):
                await asyncio.sleep(every)

        self._come(count, way)

    def _sending(self, *pieces: bytes, every: float = 0.0) -> Way:
        async def way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            async with asyncio.TaskGroup() as group:
                answer = group.create_task(reader.read(16))
                for piece in pieces:
                    writer.write(piece)
                    await asyncio.wait([answer], timeout=every)
                    if answer.done():
                        break
            self.answers[answer.result()[9:12]] += 1

        return way

    def _come(self, count: int, way: Way) -> None:
        """All of them are connected when this returns."""

        async def come() -> None:
            for _ in range(count):
                sock = socket.socket()
                sock.settimeout(0)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
                await self._loop.sock_connect(sock, ("127.0.0.1", self._port))
                reader, writer = await asyncio.open_connection(sock=sock, limit=_SMALL)
                self._tasks.append(self._loop.create_task(self._go(way, reader, writer)))

        asyncio.run_coroutine_threadsafe(come(), self._loop).result(timeout=60)

    async def _go(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                await way(reader, writer)
        finally:
            writer.close()

    async def _leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
