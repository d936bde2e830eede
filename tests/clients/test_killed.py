"""The process of an app is killed while it records and syncs: nothing is lost, no sign unheard."""

import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import pytest

from tests.cast import Person
from tests.clients.node import NODE, node_environment
from tests.service import ROOT, Service

APPS = {
    "TypeScript": (NODE, "--disable-warning=ExperimentalWarning", "clients/typescript/test/live/killed.ts"),
    "Python": (sys.executable, "clients/python/tests/killed_app.py"),
}
KILLS = 5


@pytest.mark.timeout(400)
@pytest.mark.parametrize("app", APPS.values(), ids=APPS)
def test_a_killed_app_loses_nothing(api: Service, tmp_path: Path, app: Sequence[str]) -> None:
    chance = random.Random(9)
    alice = Person("Alice")
    given = {"DIARY_URL": api.url, "DIARY_TOKEN": alice.token, "DIARY_FILE": str(tmp_path / "diary.sqlite")}
    told: list[str] = []
    for _ in range(KILLS):
        told += _killed_after(chance.randint(4, 30), app, given)
    *more, last = _said_by(app, given | {"DIARY_END": "yes"}, lines=None)
    told += more
    outcome, *shown = last.split()
    kept = {line.split()[1] for line in told if line.startswith("kept")}
    assert outcome == "done"
    assert len(kept) > KILLS
    assert kept <= set(shown)
    stored = {entry["id"] for entry in alice.get("patients/me/entries?limit=500").body["items"]}
    assert stored == set(shown)
    for stage in ("noted", "raised"):
        assert stored <= {line.split()[2] for line in told if line.startswith(f"heard {stage}")}, stage


def _killed_after(lines: int, app: Sequence[str], given: Mapping[str, str]) -> list[str]:
    """All that an app said until it was killed: after so many lines, in the middle of whatever it was doing."""
    said = _said_by(app, given, lines=lines)
    for line in said:
        if line.startswith("kept"):
            before = said[: said.index(line)]
            assert line.replace("kept", "heard noted") in before, "it is heard before it is said to be kept"
    return said


def _said_by(app: Sequence[str], given: Mapping[str, str], *, lines: int | None) -> list[str]:
    environment = node_environment({"PYTHONPATH": str(ROOT / "clients" / "python" / "src"), **given})
    with subprocess.Popen(app, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = list(islice(process.stdout, lines))
        if lines is None:
            assert process.wait() == 0
        process.kill()
        said += process.stdout  # what it had said by then
    return [line.strip() for line in said if line.endswith("\n")]
