"""The parts of the front by themselves: what a request becomes, and what an answer may take up."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from io import BytesIO
from typing import Any

import pytest
from asgiref.typing import HTTPScope

from backend.front.answers import made
from backend.front.environ import environ_of
from backend.front.parcels import IN_MEMORY, Parcel, Room
from backend.front.patience import allowed_seconds
from backend.front.receiving import limit_of
from diary.problems import Problem

MIB = 1024 * 1024
SLOWEST_HONEST_PHONE = 32_000  # bytes a second


def scope(*headers: tuple[bytes, bytes], raw_path: bytes = b"/", query_string: bytes = b"") -> HTTPScope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "not looked at",
        "raw_path": raw_path,
        "query_string": query_string,
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.7", 50123),
        "server": ("127.0.0.1", 8000),
        "extensions": None,
    }


def parcel(room: Room, content: bytes) -> Parcel:
    filled = Parcel(room)
    filled.add(content)
    return filled


def test_the_client_is_who_is_connected_and_what_proxies_say_is_kept_apart() -> None:
    environ = environ_of(scope((b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"2.2.2.2")), None)
    assert environ["REMOTE_ADDR"] == "192.0.2.7"
    assert environ["HTTP_X_FORWARDED_FOR"] == "1.1.1.1,2.2.2.2"


def test_a_header_cannot_pass_for_another_one() -> None:
    environ = environ_of(scope((b"x_forwarded_for", b"6.6.6.6"), (b"content_length", b"9"), (b"host", b"diary")), None)
    assert {name: value for name, value in environ.items() if name.startswith(("HTTP_", "CONTENT_"))} == {
        "HTTP_HOST": "diary"
    }


def test_the_length_is_that_of_the_body_and_not_what_was_announced() -> None:
    chunked = scope((b"transfer-encoding", b"chunked"), (b"content-length", b"3"), (b"content-type", b"text/x"))
    with closing(parcel(Room(0), b"four")) as body:
        environ = environ_of(chunked, body)
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("4", "text/x")
    assert "HTTP_TRANSFER_ENCODING" not in environ


@pytest.mark.parametrize(
    ("raw_path", "path_info"),
    [(b"/a%20b", "/a b"), (b"/%C3%A9", "/\xc3\xa9"), (b"/%ff", "/\xff"), (b"/a%2Fb", "/a/b"), (b"/%", "/%")],
)
def test_a_path_is_as_wsgi_has_it(raw_path: bytes, path_info: str) -> None:
    assert environ_of(scope(raw_path=raw_path, query_string=b"a=%41"), None)["PATH_INFO"] == path_info


def test_cookies_are_joined_as_cookies() -> None:
    assert environ_of(scope((b"cookie", b"a=1"), (b"cookie", b"b=2")), None)["HTTP_COOKIE"] == "a=1; b=2"


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/api/v1/patients/me/sync", 2 * MIB),
        ("/api/v1/patients/me/import", 32 * MIB),
        ("/import", 32 * MIB + 64 * 1024),
        ("/import/0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b51", 64 * 1024),
        ("/api/v1/patients/me/entries/sync", 64 * 1024),
        ("/api/v1/patients/me/sync/", 64 * 1024),
        ("/api/auth/app/v1/auth/login", 64 * 1024),
        ("/", 64 * 1024),
    ],
)
def test_only_syncs_and_imports_are_large_and_the_slowest_phone_has_time_for_them(path: str, limit: int) -> None:
    assert limit_of(path) == limit
    assert allowed_seconds(limit) > 1.5 * limit / SLOWEST_HONEST_PHONE


def test_small_parcels_take_no_room_and_large_ones_give_it_back() -> None:
    room = Room(IN_MEMORY + 2)
    with ExitStack() as stack:
        small = [stack.enter_context(closing(parcel(room, b"x" * IN_MEMORY))) for _ in range(3)]
        assert not any(one.is_large for one in small)
        large = stack.enter_context(closing(parcel(room, b"x" * (IN_MEMORY + 1))))
        with pytest.raises(Problem, match="in transit"):
            stack.enter_context(closing(Parcel(room))).add(b"x" * (IN_MEMORY + 1))
        large.add(b"y")
        with pytest.raises(Problem):
            large.add(b"z")
    room.take(IN_MEMORY + 2)


class Application:
    """A WSGI application that answers with these pieces, and remembers whether it was closed."""

    def __init__(self, *pieces: bytes, breaks: bool = False) -> None:
        self.closed = False
        self._pieces, self._breaks = pieces, breaks

    def __call__(self, environ: dict[str, Any], start_response: Any) -> "Application":
        start_response("200 OK", [("X-Name", "é")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._breaks:
            raise RuntimeError("half way")

    def close(self) -> None:
        self.closed = True


def answered(application: Application, room: Room) -> Any:
    return made(application, {"wsgi.input": BytesIO()}, room=room)


def test_an_answer_is_whole_and_has_its_length() -> None:
    application = Application(b"one ", b"two")
    answer = answered(application, Room(0))
    assert (answer.status, dict(answer.headers)) == (200, {b"x-name": b"\xe9", b"content-length": b"7"})
    with closing(answer.body) as body:
        assert body.file.read() == b"one two"
    assert application.closed


def test_a_large_answer_is_closed_when_it_went() -> None:
    application = Application(b"x" * MIB)
    answer = answered(application, Room(2 * MIB))
    assert not application.closed
    answer.body.close()
    answer.close()
    assert application.closed


@pytest.mark.parametrize(
    ("application", "raised"),
    [(Application(b"x" * MIB, breaks=True), RuntimeError), (Application(b"x" * 3 * MIB), Problem)],
)
def test_an_answer_that_does_not_become_whole_is_closed_and_leaves_no_trace(
    application: Application, raised: type[Exception]
) -> None:
    room = Room(2 * MIB)
    with pytest.raises(raised):
        answered(application, room)
    assert application.closed
    room.take(2 * MIB)
