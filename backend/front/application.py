"""The front itself: an ASGI application before the WSGI application that does the work."""

import asyncio
import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import structlog
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from structlog.contextvars import bound_contextvars, get_contextvars

from backend.front import measures
from backend.front.answers import Answer, made, refusal, see_other, sent, still_alive
from backend.front.environ import environ_of
from backend.front.lanes import Lane
from backend.front.parcels import Room
from backend.front.receiving import limit_of, received
from backend.front.sockets import cut_off, prepare_for_slow_readers
from diary.problem_types import ProblemType
from diary.problems import Problem, internal_error
from diary.request_id import NAME

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_LONG: Final = re.compile(
    r"/api/v1/(account/export|patients/[^/]+/(import|export\.\w+|fhir))"
    r"|/account/\w+\.zip|/import(/[^/]+)?|/shl/.+"
)
"""Requests that may take seconds: they have threads of their own, so that ten exports do not hold up an entry."""
CHOSEN: Final = "/import"
"""Where people send files that they chose: who chose a large one reads it on that page, and no problem document."""
_LISTENING_AFTER_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


class Front:
    """Collects a request, has a thread work on it, sends the answer."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._room = Room(settings.FRONT_ROOM_BYTES)
        self._short = Lane("short", threads=settings.FRONT_THREADS, waiting=settings.FRONT_WAITING)
        self._long = Lane("long", threads=settings.FRONT_LONG_THREADS, waiting=settings.FRONT_WAITING)
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """One request, or the process from its start to its end."""
        if scope["type"] == "http":
            self._under_way += 1
            id_ = str(uuid4())
            try:
                with bound_contextvars(**{NAME: id_}):
                    await self._request(scope, receive, send, id_)
            finally:
                self._under_way -= 1
        elif scope["type"] == "lifespan":
            await self._life(receive, send)

    async def _request(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable, id_: str) -> None:
        lane = self._long if _LONG.fullmatch(scope["path"]) else self._short
        began, environ = time.monotonic(), dict[str, Any]()
        answer = await self._answer(scope, receive, lane, environ)
        answer.headers.append((b"x-request-id", id_.encode()))
        try:
            await sent(answer, send)
        except TimeoutError:
            cut_off(scope["client"])
        finally:
            measures.count(
                method=scope["method"],
                route=measures.route_of(environ),
                status=answer.status,
                seconds=time.monotonic() - began,
            )
            large = answer.body.is_large
            answer.body.close()
            if large:
                await lane.finish(answer.close)

    async def _answer(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, lane: Lane, environ: "WSGIEnvironment"
    ) -> Answer:
        """`environ` is filled with what Django leaves of the request."""
        if scope["path"] == "/health/live" and scope["method"] in {"GET", "HEAD"}:
            return still_alive(room=self._room)  # while every thread is busy, too
        try:
            return await self._worked_out(scope, receive, lane, environ)
        except Problem as problem:
            if scope["path"] == CHOSEN and problem.type is ProblemType.BODY_TOO_LARGE:
                return see_other(f"{CHOSEN}?file=too-large", room=self._room)
            return refusal(problem, scope["headers"], room=self._room)
        except Exception:  # noqa: BLE001 - the server would log the message, and with it perhaps health data
            _log.exception("a request failed outside Django")
            return refusal(internal_error(), scope["headers"], room=self._room)

    async def _worked_out(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, lane: Lane, environ: "WSGIEnvironment"
    ) -> Answer:
        """Raises Problem for what does not reach the application."""
        body = await received(scope["headers"], receive, limit=limit_of(scope["path"]), room=self._room)
        try:
            environ.update(environ_of(scope, body))
            return await lane.run(
                partial(made, self._application, environ, room=self._room, request_id=get_contextvars()[NAME])
            )
        finally:
            if body is not None:
                body.close()

    async def _life(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await asyncio.sleep(_LISTENING_AFTER_SECONDS)  # the server begins to listen after this
        prepare_for_slow_readers()
        await receive()
        while self._under_way:  # the server waits for connections only, not for what is left to do after them
            await asyncio.sleep(0.05)
        self._short.close()
        self._long.close()
        await send({"type": "lifespan.shutdown.complete"})
