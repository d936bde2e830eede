"""The script of the pages: it compiles, and what is served is what its source says."""

import gzip
from pathlib import Path

import pytest

from tests.clients.node import SDK, install, npm, run
from tests.service import ROOT

PAGES = ROOT / "clients" / "pages"
SERVED = ROOT / "web" / "static" / "pages"
MOST_BYTES = 25_000  # gzipped: with page and styles it is less than a picture

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def installed() -> None:
    """What the SDK's lock names."""
    install()
    npm("run", "generate")


def test_it_compiles(installed: None) -> None:
    run(str(SDK / "node_modules" / "typescript" / "bin" / "tsc"), cwd=PAGES)


@pytest.mark.parametrize("name", ["offline.js", "offline-worker.js"])
def test_what_is_served_is_what_the_source_makes(installed: None, tmp_path: Path, name: str) -> None:
    """After a change: `make pages`."""
    npm("run", "build", "--", f"--outdir={tmp_path}", cwd=PAGES)
    made = (tmp_path / name).read_bytes()
    assert made == (SERVED / name).read_bytes()
    assert len(gzip.compress(made)) < MOST_BYTES
