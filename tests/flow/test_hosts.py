"""The service on several hosts: what holds when one of them is lost, cut off, late or replaced (`deploy/hosts`)."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.hosts.faults import ALL

ROOT = Path(__file__).resolve().parents[2]
CANNOT = 2

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The verdict and figures of each fault, from one run of all of them."""
    logs = tmp_path_factory.mktemp("hosts")
    done = subprocess.run(
        [str(ROOT / "deploy" / "hosts" / "run"), "faults"],
        env={**os.environ, "HOSTS_LOGS": str(logs)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == CANNOT:
        pytest.skip(done.stderr.strip())
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert rows, done.stderr
    return {row["fault"]: row for row in rows}


@pytest.mark.parametrize("fault", ALL)
def test_it_holds_when(fault: str, table: dict[str, dict[str, Any]]) -> None:
    row = table[fault]
    if row["verdict"] == "skipped":
        pytest.skip(row["reason"])
    assert row["verdict"] == "held", row
