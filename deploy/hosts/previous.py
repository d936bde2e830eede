"""The release before this one, whose processes go on beside these while an installation is upgraded."""

import subprocess
from pathlib import Path
from typing import Final

from deploy.hosts.service import ROOT

PREVIOUS: Final = "b51fe6cfe8a55c757c055021ac1267a408fa3237"
"""Release 0.3.0, by the commit and not by its tag: a clone may come without tags."""


def unpack_previous(into: Path) -> bool:
    """Its code, below a directory that is made for it; False where this is no checkout that has it."""
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", PREVIOUS], capture_output=True, check=False)
    if packed.returncode:
        return False
    into.mkdir()
    subprocess.run(["tar", "--extract", "--directory", str(into)], input=packed.stdout, check=True)
    return True
