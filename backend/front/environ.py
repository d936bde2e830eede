"""A request as WSGI has it (PEP 3333)."""

import sys
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from asgiref.typing import HTTPScope

from backend.front.parcels import Parcel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ABOUT_THE_WIRE: Final = {b"content-length", b"transfer-encoding"}
"""They describe the body on the wire, not the one that was collected."""


def environ_of(scope: HTTPScope, body: Parcel | None) -> "WSGIEnvironment":
    """The environment of a request whose whole body is here, if it has one."""
    server, client = scope["server"] or ("", None), scope["client"] or ("", 0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # As it was sent: `scope["path"]` is decoded already, and has lost what is not UTF-8.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO() if body is None else body.file,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **({} if body is None else {"CONTENT_LENGTH": str(body.size)}),
        **_headers(scope["headers"]),
    }


def _headers(given: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers; of one that came several times all values.

    A name with an underscore is left out, as in Django's own server: `X_Forwarded_For` would be the same key as the
    header that a proxy sets.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in given:
        if raw_name in _ABOUT_THE_WIRE or b"_" in raw_name:
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name != "CONTENT_TYPE":
            name = f"HTTP_{name}"
        separator = "; " if name == "HTTP_COOKIE" else ","
        headers[name] = f"{headers[name]}{separator}{value}" if name in headers else value
    return headers
