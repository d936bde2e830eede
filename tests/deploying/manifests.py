"""What runs where, as each of the places says that start the service."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
KUBERNETES: Final = ROOT / "deploy" / "kubernetes"
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PROCESSES: Final = {
    name: service["command"]
    for name, service in COMPOSE["services"].items()
    if service.get("image") == "symptom-diary" and "command" in service
}
"""The command of each process in the composition; the API's is the image's own."""


def rendered(overlay: Path) -> list[dict[str, Any]]:
    """What `kubectl apply --kustomize` would send. Skips the test where there is no program that renders."""
    if shutil.which("kubectl"):
        command = ["kubectl", "kustomize", str(overlay)]
    elif shutil.which("kustomize"):
        command = ["kustomize", "build", str(overlay)]
    else:
        pytest.skip("needs kubectl or kustomize")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def named_in_table(document: str, heading: str) -> set[str]:
    """The first words of the rows of the first table below a heading of a document."""
    below = (ROOT / document).read_text().partition(f"\n## {heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert table, f"{document} has no table below {heading}"
    return {row.split("|")[1].split("(")[0].strip().strip("`").lower() for row in table[0].splitlines()[2:]}
