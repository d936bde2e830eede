"""The composition as Docker reads it, with the example filled in; no engine is needed for that."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.deploying.manifests import ROOT

COMPOSE: Final = Path(sys.executable).with_name("docker-compose")
EXAMPLE: Final = (ROOT / ".env.example").read_text()


def read(environment: str, tmp_path: Path, *profiles: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / ".env").write_text(environment)
    command = [str(COMPOSE), "--file", str(ROOT / "docker-compose.yml"), "--env-file", str(tmp_path / ".env")]
    command += [word for profile in profiles for word in ("--profile", profile)]
    return subprocess.run([*command, "config", "--format", "json"], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("profiles", "more"),
    [((), set()), (("tls",), {"proxy"}), (("trial",), {"mail"}), (("tls", "trial"), {"proxy", "mail"})],
)
def test_docker_reads_it(tmp_path: Path, profiles: tuple[str, ...], more: set[str]) -> None:
    done = read(re.sub(r"^([A-Z_]+)=$", r"\1=x", EXAMPLE, flags=re.MULTILINE), tmp_path, *profiles)
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    always = {"database", "broker", "roles", "migrate", "api", "worker", "webhooks", "courtesies", "beat"}
    assert set(services) == always | more


def test_what_was_not_filled_in_is_named(tmp_path: Path) -> None:
    done = read(EXAMPLE, tmp_path)
    assert done.returncode != 0
    assert "fill in .env" in done.stderr
