"""Calling addresses that people gave: never inside, never for long, never much, and never where no one looked."""

import logging
import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from alerts.outbound import LIMIT, AddressRefused, CallError, call, calling, connecting
from backend.local.embedded.server import free_port
from tests.certificates import certificate_of, served_with, trusting
from tests.web_receiver import WebReceiver, drips, raw, reply, resets, slow

STARTED = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"


@pytest.fixture
def receiver() -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        running.script = [reply(200)]
        yield running


class Names:
    """A resolver that knows some names, each with the addresses it gives the first, second, … time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        monkeypatch.setattr(connecting, "resolve", self._resolve)

    def _resolve(self, host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
        self.asked.append(host)
        answers = self.answers[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET, (address, port))
            if ip_address(address).version == 4
            else (socket.AF_INET6, (address, port, 0, 0))
            for address in addresses
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


def test_the_request_arrives_and_the_answer_comes_back(receiver: WebReceiver) -> None:
    receiver.script = [reply(201, b"taken", X_Kind="some")]
    answer = call(receiver.url, headers={"X-Mine": "yes"}, content=b"{}")
    assert (answer.status, answer.body, answer.complete, answer.headers["x-kind"]) == (201, b"taken", True, "some")
    (request,) = receiver.received
    assert (request.method, request.path, request.body) == ("POST", "/hook", b"{}")
    assert request.headers["x-mine"] == "yes"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(receiver: WebReceiver, status: int) -> None:
    receiver.script = [reply(status, Location=receiver.url)]
    assert call(receiver.url).status == status
    assert len(receiver.received) == 1


def test_no_proxy_of_the_environment_is_used(receiver: WebReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{free_port()}")
    assert call(receiver.url).status == 200


def test_not_even_a_talkative_log_tells_what_was_sent_where(
    receiver: WebReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    call(f"{receiver.url}/token-of-the-address", headers={"Authorization": "token-of-the-header"})
    assert receiver.received
    assert "token-of" not in caplog.text


# Where a name leads


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "2852039166",  # 169.254.169.254
        "0xa9fea9fe",
        "169.16689662",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::169.254.169.254]",
    ],
)
def test_no_notation_leads_inside(host: str, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    with pytest.raises(AddressRefused):
        call(f"https://{host}/")


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00:ec2::254"])
def test_one_inner_address_among_public_ones_refuses_the_name(names: Names, settings: Settings, inside: str) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    names.answers["hook.example"] = [["1.1.1.1", "2606:4700::1111", inside]]
    with pytest.raises(AddressRefused) as refused:
        call("https://hook.example/")
    assert not refused.value.unconfirmed


def test_a_name_that_changes_its_mind_is_asked_once(names: Names, receiver: WebReceiver, settings: Settings) -> None:
    """What was checked is what is connected to: there is no second lookup to answer differently."""
    names.answers["rebinding.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    assert call(f"http://rebinding.example:{receiver.port}/").status == 200
    assert names.asked == ["rebinding.example"]
    assert receiver.received[0].headers["host"] == f"rebinding.example:{receiver.port}"
    with pytest.raises(AddressRefused):
        call(f"http://rebinding.example:{receiver.port}/")
    assert len(receiver.received) == 1


@pytest.mark.parametrize("url", ["http://hook.example/", "https://hook.example:8000/", "http://hook.example:443/"])
def test_what_is_not_plain_https_stays_in_the_allowed_networks(names: Names, url: str) -> None:
    names.answers["hook.example"] = [["1.1.1.1"]]
    with pytest.raises(AddressRefused):
        call(url)


def test_a_name_that_is_not_there_looks_like_one_that_leads_inside(
    names: Names, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    names.answers["inside.example"] = [["10.0.0.1"]]
    with pytest.raises(AddressRefused) as inside:
        call("https://inside.example/")
    monkeypatch.setattr(connecting, "resolve", _unknown)
    with pytest.raises(AddressRefused) as nowhere:
        call("https://nowhere.example/")
    assert inside.value.detail == nowhere.value.detail


def _unknown(*_: object) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_the_next_address_is_tried_when_one_is_dead(names: Names, receiver: WebReceiver) -> None:
    names.answers["hook.example"] = [["::1", "127.0.0.1"]]  # the receiver listens on the second only
    assert call(f"http://hook.example:{receiver.port}/").status == 200


def test_nobody_there_is_surely_nothing_sent() -> None:
    with pytest.raises(CallError) as failed:
        call(f"http://127.0.0.1:{free_port()}/")
    assert (failed.value.detail, failed.value.unconfirmed) == ("connection: ConnectionRefusedError", False)


# How long it takes, and how much of it is read


@pytest.mark.parametrize(
    "answer",
    [
        slow(30, reply(200)),
        drips(b"HTTP/1.1 200 OK\r\n", b"X-Filler: a\r\n", every=0.05),
        drips(b"", b"H", every=0.05),
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n", every=0.05),
    ],
    ids=["silence", "endless header", "no line ends", "endless 100"],
)
def test_it_is_over_in_time_however_the_receiver_dawdles(receiver: WebReceiver, answer: Any) -> None:
    receiver.script = [answer]
    began = time.monotonic()
    with pytest.raises(CallError) as failed:
        call(receiver.url, within=0.5)
    assert 0.4 < time.monotonic() - began < 2
    assert (failed.value.detail, failed.value.unconfirmed) == ("timed out", True)


def test_a_lookup_takes_no_longer_either(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "resolve", lambda *_: time.sleep(5))
    began = time.monotonic()
    with pytest.raises(CallError) as failed:
        call("https://slow.example/", within=0.3)
    assert time.monotonic() - began < 2
    assert (failed.value.detail, failed.value.unconfirmed) == ("timed out", False)


def test_a_server_that_takes_nothing_does_not_hold_us() -> None:
    """It accepts the connection and reads nothing: what is sent fills the buffers between us."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        with pytest.raises(CallError) as failed:
            call(f"http://127.0.0.1:{deaf.getsockname()[1]}/", content=b"x" * 20_000_000, within=0.5)
        assert time.monotonic() - began < 2
        assert failed.value.unconfirmed


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (drips(STARTED, b"a", every=0.05), 500),
        (resets(STARTED + b"abc"), 3),
        (raw(STARTED + b"abc"), 3),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense"), 0),
    ],
    ids=["slow", "reset in the middle", "cut off", "broken chunks"],
)
def test_a_status_counts_even_if_the_rest_never_comes(receiver: WebReceiver, answer: Any, read: int) -> None:
    receiver.script = [answer]
    began = time.monotonic()
    got = call(receiver.url, within=0.5)
    assert time.monotonic() - began < 2
    assert (got.status, got.complete) == (200, False)
    assert len(got.body) <= read


@pytest.mark.parametrize("framing", ["", "Transfer-Encoding: chunked\r\n", "Content-Length: 1000000000\r\n"])
def test_of_an_endless_body_no_more_than_the_limit_is_read(receiver: WebReceiver, framing: str) -> None:
    piece = b"a" * 65536
    chunk = b"10000\r\n" + piece + b"\r\n" if "chunked" in framing else piece
    receiver.script = [drips(f"HTTP/1.1 200 OK\r\n{framing}\r\n".encode(), chunk, every=0)]
    answer = call(receiver.url, within=5)
    assert (answer.status, answer.complete, len(answer.body)) == (200, False, LIMIT)


def test_padding_around_the_body_is_limited_too(receiver: WebReceiver) -> None:
    chunk = b"1;" + b"x" * 60_000 + b"\r\na\r\n"
    receiver.script = [drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, every=0)]
    began = time.monotonic()
    answer = call(receiver.url, within=10)
    assert (answer.complete, len(answer.body) < 20) == (False, True)
    assert time.monotonic() - began < 5


def test_nothing_is_unpacked(receiver: WebReceiver) -> None:
    bomb = b"\x1f\x8b\x08\x00 not even gzip"
    receiver.script = [reply(200, bomb, Content_Encoding="gzip")]
    assert call(receiver.url).body == bomb
    assert receiver.received[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"It works!\r\n\r\n"),
        raw(b"HTTP/1.1 abc\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        raw(b"\x16\x03\x01\x00\x00"),
        raw(b"X: " + b"x" * 300_000),
        raw(b""),
        resets(),
    ],
    ids=["prose", "no status", "no header", "negative length", "TLS", "long line", "nothing", "reset"],
)
def test_what_is_no_http_is_an_error_that_says_whom_it_may_have_reached(receiver: WebReceiver, answer: Any) -> None:
    receiver.script = [answer]
    with pytest.raises(CallError) as failed:
        call(receiver.url, within=5)
    assert failed.value.unconfirmed
    assert failed.value.detail.startswith("connection: ")


# TLS: the certificate must be of the name, whatever address it leads to


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of("hook.example", tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def secure(certificate: Path) -> Iterator[WebReceiver]:
    with WebReceiver(tls=served_with(certificate)) as running:
        yield running


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a public authority had signed it."""
    monkeypatch.setattr(calling, "_trust", lambda: trusting(certificate))


@pytest.mark.usefixtures("trusted")
def test_tls_is_spoken_with_the_name_and_not_with_the_address(names: Names, secure: WebReceiver) -> None:
    names.answers["hook.example"] = names.answers["other.example"] = [["127.0.0.1"]]
    assert call(f"https://hook.example:{secure.port}/").status == 200
    with pytest.raises(CallError) as failed:
        call(f"https://other.example:{secure.port}/")
    assert (failed.value.detail, failed.value.unconfirmed) == ("connection: SSLCertVerificationError", False)


def test_a_certificate_that_nobody_vouches_for_is_refused(names: Names, secure: WebReceiver) -> None:
    names.answers["hook.example"] = [["127.0.0.1"]]
    with pytest.raises(CallError):
        call(f"https://hook.example:{secure.port}/")
    assert secure.received == []


def test_a_handshake_that_never_ends_is_over_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(CallError) as failed:
            call(f"https://127.0.0.1:{silent.getsockname()[1]}/", within=0.5)
        assert time.monotonic() - began < 2
        assert (failed.value.detail, failed.value.unconfirmed) == ("timed out", False)
