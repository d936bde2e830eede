"""The process of an app is killed while it records and syncs: nothing is lost, no sign unheard."""

import random
import subprocess
from pathlib import Path

from tests.cast import Person
from tests.clients.node import NODE, SDK, node_environment, run
from tests.service import Service

APP = "test/live/killed.ts"
KILLS = 5


def test_a_killed_app_loses_nothing(api: Service, tmp_path: Path) -> None:
    chance = random.Random(9)
    alice = Person("Alice")
    given = {"DIARY_URL": api.url, "DIARY_TOKEN": alice.token, "DIARY_FILE": str(tmp_path / "diary.sqlite")}
    told: list[str] = []
    for _ in range(KILLS):
        told += _killed_after(chance.randint(4, 30), given)
    told += run("--disable-warning=ExperimentalWarning", APP, environment={**given, "DIARY_END": "yes"}).splitlines()
    *_, last = told
    outcome, *shown = last.split()
    kept = {line.split()[1] for line in told if line.startswith("kept")}
    assert outcome == "done"
    assert len(kept) > KILLS
    assert kept <= set(shown)
    stored = {entry["id"] for entry in alice.get("patients/me/entries?limit=500").body["items"]}
    assert stored == set(shown)
    for stage in ("noted", "raised"):
        assert stored <= {line.split()[2] for line in told if line.startswith(f"heard {stage}")}, stage


def _killed_after(lines: int, given: dict[str, str]) -> list[str]:
    """What an app said until it was killed: after so many lines, in the middle of whatever it was doing."""
    arguments = [NODE, "--disable-warning=ExperimentalWarning", APP]
    with subprocess.Popen(arguments, cwd=SDK, env=node_environment(given), stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout
        said = [line for line, _ in zip(app.stdout, range(lines), strict=False)]
        app.kill()
        said += app.stdout.readlines()
    return [line.strip() for line in said if line.endswith("\n")]
