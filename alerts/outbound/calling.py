"""One HTTP request to an address that a user gave, and a bounded part of the answer.

httpcore speaks HTTP. What is built on top of it elsewhere is left out on purpose: redirects are not followed, nothing
is unpacked, no proxy is taken from the environment, no cookie is kept, no connection is used twice.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import httpcore
import httpx

from alerts.outbound.connecting import Connector, Deadline
from alerts.outbound.errors import CallError
from alerts.outbound.target import Target, target_of

WITHIN_SECONDS: Final = 15.0
"""All of a call: lookup, connection, TLS, request and answer."""
LIMIT: Final = 64 * 1024
"""Bytes of an answer's body that are read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said. `headers` by their names in lower case; `body` is its beginning as it came.

    `complete` is false when that may not be all, or when it broke off or took too long: the status holds all the same.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    complete: bool


def call(
    url: str,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    within: float = WITHIN_SECONDS,
    limit: int = LIMIT,
) -> Answer:
    """Send one request; gives the answer, whatever its status. Takes no more than `within` seconds in all.

    At most `limit` bytes of the body are waited for: whoever needs none of it does not wait for a slow one.

    Raises AddressRefused when the address may not be called, CallError when no answer came.
    """
    target = target_of(url)
    connector = Connector(target, Deadline(within))
    origin = httpcore.Origin(b"https" if target.secure else b"http", target.host.encode("ascii"), target.port)
    request = httpcore.Request(
        method=method,
        url=httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target.path),
        headers=_headers(target, headers or {}, content),
        content=content,
    )
    with httpcore.HTTPConnection(origin, ssl_context=_trust(), network_backend=connector) as connection:
        try:
            response = connection.handle_request(request)
        except httpcore.TimeoutException as error:
            raise CallError("timed out", unconfirmed=connector.sent) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise CallError(f"connection: {_kind(error)}", unconfirmed=connector.sent) from error
        body, complete = _body(response, limit)
    return Answer(response.status, _by_name(response.headers), body, complete)


def _headers(target: Target, given: Mapping[str, str], content: bytes) -> list[tuple[bytes | str, bytes | str]]:
    host = f"[{target.host}]" if ":" in target.host else target.host
    standard = target.port == (443 if target.secure else 80)
    return [
        ("Host", host if standard else f"{host}:{target.port}"),
        ("User-Agent", "symptom-diary"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
        ("Content-Length", str(len(content))),
        *given.items(),
    ]


def _body(response: httpcore.Response, limit: int) -> tuple[bytes, bool]:
    """As much of the body as comes in time and fits, and whether that is surely all of it."""
    read = bytearray()
    if not limit:
        return b"", False
    try:
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= limit:
                return bytes(read[:limit]), False
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return bytes(read), False
    return bytes(read), True


def _by_name(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("ascii").lower(): value.decode("latin-1") for name, value in headers}


def _kind(error: Exception) -> str:
    """The innermost cause by its type: what it says may quote the address."""
    return type(error.__cause__ or error).__name__


@cache
def _trust() -> ssl.SSLContext:
    """The public certificate authorities."""
    return httpx.create_ssl_context(trust_env=False)
