"""The licence of every locked dependency, as a document: `python requirements/licences.py` prints docs/licences.md.

Fails for a dependency that says nothing of its licence, and for one that may be used under the AGPL or the GPL only.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
INTRODUCTION: Final = """# Licences

What the locked dependencies may be used under, as they say themselves. Made by `make licences`; a test fails when it is
out of date, or when one of them can be used under the AGPL or the GPL only. The service itself is under Apache-2.0.
Those of other systems (Windows, macOS) are left out.
"""
_SECTIONS: Final = {"production": "In the image", "development": "For development, tests and `make run` only"}
_MIT: Final = "Permission is hereby granted, free of charge"


def main() -> int:
    """Print the document; gives the exit code."""
    found = licences()
    refused = [f"{name}: {licence}" for name, licence in found.items() if not is_acceptable(licence)]
    for line in refused:
        print(f"not acceptable: {line}", file=sys.stderr)
    print(document(found), end="")
    return 1 if refused else 0


def licences() -> dict[str, str]:
    """The licence of each installed package, by its name as locks write it."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json", "--with-system"]
    command += ["--with-license-file", "--no-license-path"]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    return {_name(one["Name"]): _short(_said(one)) for one in listed}


def document(found: dict[str, str]) -> str:
    """The page, one table a lock; what is in the first lock is not told again."""
    parts, told = [INTRODUCTION], set[str]()
    for lock, title in _SECTIONS.items():
        names = sorted({name for name in locked(lock) if name in found} - told)
        told.update(names)
        rows = "".join(f"| {name} | {found[name]} |\n" for name in names)
        parts.append(f"\n## {title}\n\n| dependency | licence |\n| --- | --- |\n{rows}")
    return "".join(parts)


def locked(lock: str) -> list[str]:
    """The names in a lock."""
    return [_name(name) for name in re.findall(r"^([\w.-]+)==", (HERE / f"{lock}.txt").read_text(), re.MULTILINE)]


def is_acceptable(licence: str) -> bool:
    """Whether there is a way to use it without the GPL; the LGPL is one, for what is used as it is."""
    if not licence or "UNKNOWN" in licence:
        return False
    ways = re.split(r" OR |; ", licence)
    return any("GPL" not in way.replace("LGPL", "").replace("Lesser General", "") for way in ways)


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _said(one: dict[str, str]) -> str:
    """The licence that it names, else the text that it brings: some do only that."""
    return one["LicenseText"] if one["License"] == "UNKNOWN" and _MIT in one["LicenseText"] else one["License"]


def _short(licence: str) -> str:
    """Some give the whole text."""
    return "MIT" if _MIT in licence else licence.replace("|", "/")


if __name__ == "__main__":
    sys.exit(main())
