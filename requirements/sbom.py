"""What is in the image, as a CycloneDX software bill of materials: `make sbom` writes sbom.json.

The packages, versions and hashes are those of the production lock; the licences are what the installed packages say.
The document is judged by the schema of CycloneDX. Debian's packages of the base image are not in it: a scanner of
images lists those.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from requirements.licences import licences

HERE: Final = Path(__file__).parent
_VERSION: Final = SchemaVersion.V1_6


def main() -> int:
    """Write the document to the given file, or print it; gives the exit code."""
    made = json.dumps(document(), indent=2) + "\n"
    if wrong := JsonStrictValidator(_VERSION).validate_str(made):
        print(f"not valid CycloneDX: {wrong}", file=sys.stderr)
        return 1
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(made)
    else:
        print(made, end="")
    return 0


def document() -> dict[str, Any]:
    """The same every time that it is made from the same lock."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(HERE / "production.txt")]
    command += ["--pyproject", str(HERE.parent / "pyproject.toml"), "--mc-type", "application"]
    command += ["--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    made: dict[str, Any] = json.loads(listed.stdout)
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]
    made["metadata"]["component"]["version"] = project["version"]
    known = licences()
    for component in made["components"]:
        if said := known.get(component["name"]):
            component["licenses"] = [{"license": {"name": said}}]
    return made


if __name__ == "__main__":
    sys.exit(main())
