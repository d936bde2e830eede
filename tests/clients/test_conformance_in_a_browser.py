"""The conformance kit, played by the store of our own pages in Chromium: with no network, a slow one and a bad one."""

import sys
from pathlib import Path
from typing import Final

import pytest
from django.utils import timezone

from conformance.connection import Connection
from conformance.playing import play
from conformance.script import VECTORS, scripts
from diary.identity.provisioning import issue_token
from tests.cast import Person
from tests.clients.node import install, npm
from tests.clients.page_server import chromium
from tests.service import ROOT, Service

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]
NAMES: Final = sorted(path.stem for path in VECTORS.glob("*.json"))
NETWORKS: Final = ("cut", "slow", "flapping")
AT_ONCE: Final = ("two_devices", "cut")
"""The one that is quick enough to be played each time."""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the page needs, from the same source as the pages' own script."""
    chromium()
    made = tmp_path_factory.mktemp("device") / "device.js"
    install()
    source = ROOT / "clients/pages/test/device.ts"
    npm("exec", "--offline", "--", "esbuild", str(source), "--bundle", "--format=iife", f"--outfile={made}")
    return made


@pytest.mark.parametrize(
    ("name", "network"),
    [
        pytest.param(name, network, marks=[] if (name, network) == AT_ONCE else pytest.mark.nightly)
        for network in NETWORKS
        for name in NAMES
    ],
)
def test_the_pages_own_store_passes(api: Service, script: Path, name: str, network: str) -> None:
    alice = Person("Alice")
    app = [sys.executable, "-m", "tests.clients.browser_device", str(script), network]

    def connect(_device: str) -> Connection:
        return Connection(api.url, issue_token(user=alice.user, now=timezone.now()))

    (vector,) = scripts([name])
    assert play(vector, connect, app) == []
