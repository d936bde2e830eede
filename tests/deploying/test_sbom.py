"""The list of what is in the image names what its lock names, under licences that may be used."""

import json
import re
import subprocess
import sys

import pytest

from tests.deploying.manifests import ROOT


@pytest.mark.nightly
def test_it_lists_the_production_lock_and_is_valid_cyclonedx() -> None:
    command = [sys.executable, "-m", "requirements.sbom"]
    made = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    locked = re.findall(r"^([\w.-]+)==([^ ;\\]+)", (ROOT / "requirements/production.txt").read_text(), re.MULTILINE)
    assert {(one["name"], one["version"]) for one in made["components"]} == set(locked)
    assert all("AGPL" not in str(one.get("licenses")) for one in made["components"])
