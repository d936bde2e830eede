"""Where a worker answers what its processes counted: `http://worker:METRICS_PORT/`, with the token of `/metrics`.

The figures of the database are not among them: those the API gives.
"""

from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from celery import bootsteps
from django.conf import settings
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from backend.metrics import counts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class WorkerMetrics(bootsteps.StartStopStep):
    """Answers in a thread of the worker's own process, as long as the worker runs."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.enabled = bool(settings.METRICS_TOKEN and settings.METRICS_PORT)

    def start(self, parent: Any) -> None:
        """Raises OSError when the port is taken."""
        self._server = make_server("", settings.METRICS_PORT, answered, handler_class=_Silent)
        Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def stop(self, parent: Any) -> None:
        """No one is answered any more."""
        self._server.shutdown()
        self._server.server_close()


class _Silent(WSGIRequestHandler):
    timeout = 5.0

    def log_message(self, *_: object) -> None:
        """A scrape is no news."""


def answered(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    """The counts; 401 without the token."""
    if not constant_time_compare(environ.get("HTTP_AUTHORIZATION", ""), f"Bearer {settings.METRICS_TOKEN}"):
        start_response("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
        return []
    start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [generate_latest(counts())]
