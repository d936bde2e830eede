"""A load generator: many kept-alive connections, each sending its next request when the last is answered."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run saw: seconds for each answer, in order of arrival, and for the whole run."""

    latencies: tuple[float, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """The latency in seconds that `share` of the answers stayed within."""
        ranked = sorted(self.latencies)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def request(method: str, path: str, *, token: str, body: object = None) -> bytes:
    """One HTTP/1.1 request as it goes over the wire; without a body, nothing."""
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def drive(port: int, requests: Iterator[bytes], *, connections: int) -> Measured:
    """Send every request over `connections` connections to loopback; raises AssertionError on any answer but 2xx."""
    return asyncio.run(_drive(port, requests, connections))


def steadily(port: int, requests: Iterator[bytes], per_second: float, connections: int, ended: threading.Event) -> None:
    """So many requests a second over `connections` connections, until `ended` is set."""
    asyncio.run(_steadily(port, requests, connections / per_second, connections, ended))


async def _steadily(
    port: int, requests: Iterator[bytes], apart: float, connections: int, ended: threading.Event
) -> None:
    async def one(number: int) -> None:
        await asyncio.sleep(apart * number / connections)
        due = time.perf_counter()
        while not ended.is_set():
            await _connection(port, islice(requests, 1), [])
            due = max(due + apart, time.perf_counter() - apart)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    await asyncio.gather(*map(one, range(connections)))


async def _drive(port: int, requests: Iterator[bytes], connections: int) -> Measured:
    latencies: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, requests, latencies) for _ in range(connections)))
    return Measured(tuple(latencies), time.perf_counter() - began)


async def _connection(port: int, requests: Iterator[bytes], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for message in requests:
        sent = time.perf_counter()
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(length)
        assert head[9:10] == b"2", f"{head[:15]!r} {body[:300]!r}"
        latencies.append(time.perf_counter() - sent)
    writer.close()
    await writer.wait_closed()
