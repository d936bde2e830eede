"""A line between an app and the service: everything passes, and now and then an answer gets lost."""

from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from conformance.connection import forwarded

_OF_THE_LINE: Final = {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}


class Lossy:
    """Listens on loopback, until it is closed."""

    def __init__(self, to: str) -> None:
        self._server = _Server(to)
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where an app finds the service."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def lose_next(self) -> None:
        """The answer to the next request never arrives, though the service does what was asked."""
        self._server.loses = 1

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, to: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.to = to
        self.loses = 0


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", *_OF_THE_LINE}}
        try:
            status, given, content = forwarded(self.server.to, self.command, self.path, body, headers)
        except (OSError, HTTPException):
            self.close_connection = True
            return
        if self.server.loses:
            self.server.loses -= 1
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in given:
            if name.lower() not in _OF_THE_LINE:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815 - as http.server calls them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: lines are for what the kit finds."""
