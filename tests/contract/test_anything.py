"""Anything may come in: generated requests over the published contract, all checks, chained by what answers give."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cast import Person
from tests.service import ROOT, Service

HERE = Path(__file__).parent


def generated(api: Service, directory: Path, *arguments: str) -> tuple[int, str]:
    """Run the generator as Alice; gives how many requests it sent, and its report when something was not right."""
    alice = Person("Alice")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *(
                "--config-file",
                str(HERE / "schemathesis.toml"),
                "run",
                str(ROOT / "docs" / "openapi.yaml"),
                "--url",
                api.url,
            ),
            *("--exclude-path-regex", "^/api/auth/"),  # it signs out; `test_identity` does all that
            *("--header", f"Authorization: Bearer {alice.token}", *arguments),
        ],
        cwd=directory,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "beyond_the_schema.py")},
        capture_output=True,
        text=True,
        check=False,
        timeout=3000,
    )
    sent = re.search(r"Test cases:\s+([\d,]+) generated", done.stdout)
    report = "" if done.returncode == 0 else done.stdout + done.stderr
    return int(sent[1].replace(",", "")) if sent else 0, report


def test_a_slice_of_everything_is_answered_as_the_contract_says(api: Service, tmp_path: Path) -> None:
    """Without the phase that walks every limit of every field: that takes minutes."""
    phases = "examples,fuzzing,stateful"
    sent, report = generated(api, tmp_path, "--seed", "1", "--max-examples", "1", "--phases", phases)
    assert not report, report
    assert sent > 100


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_thousands_of_requests_are_answered_as_the_contract_says(api: Service, tmp_path: Path, seed: str) -> None:
    sent, report = generated(api, tmp_path, "--seed", seed, "--max-examples", "20")
    assert not report, report
    assert sent > 3400
