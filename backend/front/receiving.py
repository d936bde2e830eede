"""The body of a request, collected before anything is done with it."""

import asyncio
import re
from collections.abc import Iterable
from typing import Final

from asgiref.typing import ASGIReceiveCallable
from django.conf import settings

from alerts.api.mail_events import LARGEST as LARGEST_REPORT
from backend.front.parcels import Parcel, Room
from backend.front.patience import allowed_seconds
from diary.api.framework.parsers import SMALL, broken_off, late, too_large
from diary.api.imports import LARGEST as LARGEST_DOCUMENT
from diary.api.sync import LARGEST as LARGEST_SYNC
from diary.problems import Problem

_LARGER: Final = (
    (re.compile(r"(/by-cookie)?/api/v1/patients/[^/]+/sync"), LARGEST_SYNC),
    (re.compile(r"/api/v1/patients/[^/]+/import"), LARGEST_DOCUMENT),
    (re.compile(r"/import"), LARGEST_DOCUMENT + SMALL),
    (re.compile(r"/mail-events"), LARGEST_REPORT),
)
_THROWN_AWAY: Final = 64 * 1024 * 1024
"""Bytes that are read of what is too large, at most."""


def limit_of(path: str) -> int:
    """Bytes that a body sent to the address may have."""
    return next((limit for address, limit in _LARGER if address.fullmatch(path)), SMALL)


async def received(
    headers: Iterable[tuple[bytes, bytes]], receive: ASGIReceiveCallable, *, limit: int, room: Room
) -> Parcel | None:
    """The whole body, chunked or not; None of a request without one.

    Raises Problem 413 beyond `limit`, 408 when it stops coming or takes too long, 400 when it breaks off, 503 when
    there is no room for it.
    """
    given = dict(headers)
    chunked = b"transfer-encoding" in given
    announced = None if chunked else int(given.get(b"content-length", b"-1"))
    if announced == -1:
        return None
    if announced is not None and announced > limit and given.get(b"expect", b"").lower() == b"100-continue":
        raise too_large(limit)  # it waits for the answer before it sends anything
    body = Parcel(room)
    try:
        await _fill(body, receive, limit=limit, announced=announced)
    except BaseException:
        body.close()
        raise
    body.rewind()
    return body


async def _fill(body: Parcel, receive: ASGIReceiveCallable, *, limit: int, announced: int | None) -> None:
    """What is refused is read on, and thrown away: most clients look for an answer when they have sent everything.

    Of a body whose length is known the end is not asked for: that would be another round trip to the server's thread.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + allowed_seconds(limit)
    refused = too_large(limit) if announced is not None and announced > limit else None
    seen, more = 0, announced != 0
    while more and seen <= limit + _THROWN_AWAY:
        piece, more = await _piece(receive, by=min(deadline, clock() + settings.FRONT_STALL_SECONDS))
        seen += len(piece)
        more = more and seen != announced
        refused = refused or _put(piece, body, limit)
    if refused:
        raise refused


def _put(piece: bytes, body: Parcel, limit: int) -> Problem | None:
    if body.size + len(piece) > limit:
        body.close()
        return too_large(limit)
    try:
        body.add(piece)
    except Problem as full:
        body.close()
        return full
    return None


async def _piece(receive: ASGIReceiveCallable, *, by: float) -> tuple[bytes, bool]:
    """What came, and whether there is more."""
    try:
        async with asyncio.timeout_at(by):
            message = await receive()
    except TimeoutError:
        raise late() from None
    if message["type"] != "http.request":
        raise broken_off()
    return message["body"], message["more_body"]
