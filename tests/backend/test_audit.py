"""`make audit` says that all is well only when it was told so: asked of a database of vulnerabilities on loopback."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from backend.local.embedded.server import free_port

ROOT = Path(__file__).resolve().parents[2]
HOLE = {
    "id": "GHSA-test",
    "summary": "a hole",
    "affected": [{"package": {"name": "redis", "ecosystem": "PyPI"}, "ranges": [], "versions": ["7.0.0"]}],
    "modified": "2026-03-29T00:00:00Z",
}

pytestmark = pytest.mark.timeout(240)


@contextmanager
def database(status: int, vulnerable: str = "") -> Iterator[tuple[str, list[str]]]:
    """Answers every question, and knows something of `vulnerable`. Gives its address, and what was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = question["package"]["name"]
            asked.append(name)
            content = json.dumps({"vulns": [HOLE]} if name == vulnerable else {}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
    finally:
        server.shutdown()
        server.server_close()


def audited(url: str, cache: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "requirements/audit", "--cache-dir", str(cache)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(cache), "OSV_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_locked_version_is_asked_for_and_nothing_known_is_well(tmp_path: Path) -> None:
    with database(200) as (url, asked):
        done = audited(url, tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"django", "cryptography", "ruff"} <= set(asked)


def test_a_known_vulnerability_fails(tmp_path: Path) -> None:
    with database(200, vulnerable="redis") as (url, _):
        done = audited(url, tmp_path)
    assert done.returncode == 1
    assert "GHSA-test" in done.stdout
    assert "known vulnerabilities, or could not be looked up" in done.stderr


def test_a_database_that_fails_fails(tmp_path: Path) -> None:
    with database(500) as (url, _):
        done = audited(url, tmp_path)
    assert done.returncode == 1
    assert "could not be looked up" in done.stderr


def test_no_answer_is_not_no_vulnerabilities(tmp_path: Path) -> None:
    done = audited(f"http://127.0.0.1:{free_port()}/v1/query", tmp_path)
    assert done.returncode == 1
    assert "could not be looked up" in done.stderr
    assert "No known vulnerabilities" not in done.stdout + done.stderr


def test_it_is_no_part_of_what_must_pass_before_a_change_lands() -> None:
    assert "audit" not in (ROOT / ".ci" / "run").read_text() + (ROOT / ".ci" / "check").read_text()
