"""An answer: made whole by a thread, then sent by the event loop at the pace at which the client reads."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from asgiref.typing import ASGISendCallable
from django.conf import settings
from django.utils import translation
from structlog.contextvars import bound_contextvars

from backend.content_policy import NOTHING
from backend.front.parcels import Parcel, Room
from backend.front.patience import allowed_seconds
from diary.problems import CONTENT_TYPE, Problem
from diary.reaching.languages import DEFAULT, language_asked
from diary.request_id import NAME

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

PIECE: Final = 32 * 1024
_WITHOUT_BODY: Final = {204, 304}

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `close` tells the application that it went."""

    status: int
    headers: Headers
    body: Parcel
    close: Callable[[], None]


def made(
    application: "WSGIApplication", environ: "WSGIEnvironment", *, room: Room, request_id: str | None = None
) -> Answer:
    """The application's whole answer, to be called in a thread; what it logs meanwhile names the request.

    Raises Problem 503 when there is no room for it.
    """
    with bound_contextvars(**{NAME: request_id}):
        return _made(application, environ, room)


def _made(application: "WSGIApplication", environ: "WSGIEnvironment", room: Room) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    body = Parcel(room)

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None, /) -> Callable[[bytes], None]:
        started[:] = [(status, headers)]
        return body.add

    close: Callable[[], None] = _nothing
    try:
        pieces = application(environ, start_response)
        close = getattr(pieces, "close", _nothing)
        for piece in pieces:
            body.add(piece)
    except BaseException:
        body.close()
        close()
        raise
    if not body.is_large:
        close()  # it is as good as sent
    body.rewind()
    status, headers = int(started[0][0][:3]), started[0][1]
    return Answer(status, _encoded(headers, status, body.size), body, close)


def still_alive(*, room: Room) -> Answer:
    """What `backend.health.live` answers, without a thread."""
    return _own(200, {"status": "ok"}, {"Content-Type": "application/json"}, room=room)


def refusal(problem: Problem, asked: Iterable[tuple[bytes, bytes]], *, room: Room) -> Answer:
    """The problem as its document, and the end of the connection: what else is on the wire belongs to the request.

    `asked` are the request's headers, which may name a language.
    """
    language = language_asked(dict(asked).get(b"accept-language", b"").decode("latin-1")) or DEFAULT
    own = {"Content-Type": CONTENT_TYPE, "Content-Language": language, "Connection": "close"}
    with translation.override(language):
        return _own(problem.status, problem.document(), own | dict(problem.headers), room=room)


def see_other(address: str, *, room: Room) -> Answer:
    """To a page that says why, for a form that is not read to its end."""
    return _own(303, None, {"Location": address, "Connection": "close"}, room=room)


async def sent(answer: Answer, send: ASGISendCallable) -> None:
    """Send all of it. Raises TimeoutError when the client takes nothing for a while, or far too long for all of it."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers, "trailers": False})
    left = answer.body.size
    if left <= PIECE:  # the server takes it whole, whatever the client does
        await send({"type": "http.response.body", "body": answer.body.file.read(), "more_body": False})
        return
    async with asyncio.timeout(allowed_seconds(left)):
        while left > PIECE:
            left -= PIECE
            await _sent_piece(answer.body.file.read(PIECE), send, more=True)
        await _sent_piece(answer.body.file.read(), send, more=False)


async def _sent_piece(piece: bytes, send: ASGISendCallable, *, more: bool) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(settings.FRONT_STALL_SECONDS):
        await send({"type": "http.response.body", "body": piece, "more_body": more})


def _own(status: int, content: object, headers: dict[str, str], *, room: Room) -> Answer:
    body = Parcel(room)
    body.add(msgspec.json.encode(content))
    body.rewind()
    always = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": NOTHING,
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, _encoded([*headers.items(), *always.items()], status, body.size), body, _nothing)


def _encoded(headers: list[tuple[str, str]], status: int, size: int) -> Headers:
    """With the length, which is known now."""
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    if status not in _WITHOUT_BODY and all(name != b"content-length" for name, _ in encoded):
        encoded.append((b"content-length", b"%d" % size))
    return encoded


def _nothing() -> None:
    """There is nothing to close."""
