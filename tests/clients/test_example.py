"""The sample app, as somebody who visits it sees it."""

import subprocess
from pathlib import Path

import pytest

from backend.local.embedded.server import free_port
from tests.clients.node import NODE, SDK, install, node_environment, npm, run
from tests.clients.page_server import browser
from tests.service import ROOT, Service

EXAMPLE = ROOT / "clients" / "example"
ALICE = "alice@example.org"
MOST_LINES = 300

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def installed() -> None:
    """What the SDK's lock names."""
    install()
    npm("run", "generate")


def test_it_compiles_and_is_short(installed: None) -> None:
    run(str(SDK / "node_modules" / "typescript" / "bin" / "tsc"), cwd=EXAMPLE)
    assert (
        sum(path.read_text().count("\n") for path in EXAMPLE.glob("*.*") if path.suffix in {".ts", ".html"})
        <= MOST_LINES
    )


def test_somebody_signs_up_and_reads_what_to_do(installed: None, api: Service, tmp_path: Path) -> None:
    port = free_port()
    devtools = free_port()
    environment = node_environment({"DIARY_URL": api.url, "PORT": str(port)})
    with subprocess.Popen(
        [NODE, "serve.ts"], cwd=EXAMPLE, env=environment, stdout=subprocess.PIPE, text=True
    ) as served:
        try:
            assert served.stdout
            url = served.stdout.readline().split()[-1]
            with browser(url, tmp_path, f"--remote-debugging-port={devtools}"):
                assert _visited(f"http://127.0.0.1:{devtools}", api) == "done"
        finally:
            served.kill()


def _visited(devtools: str, api: Service) -> str:
    """The last that the visitor said. Raises AssertionError with all that went wrong."""
    with subprocess.Popen(
        [NODE, "test/live/visit.ts"],
        cwd=SDK,
        env=node_environment({"DEVTOOLS": devtools, "EMAIL": ALICE}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as visit:
        assert visit.stdin
        assert visit.stdout
        assert visit.stderr
        said = ""
        for line in visit.stdout:
            said = line.strip()
            if said == "code?":
                visit.stdin.write(api.mailbox.code_for(ALICE) + "\n")
                visit.stdin.flush()
        visit.stdin.close()
        assert visit.wait() == 0, visit.stderr.read()
    return said
