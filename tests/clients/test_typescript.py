"""The TypeScript package as an app maker gets it: built from the contract, packed, installed elsewhere, and used.

npm installs what `package-lock.json` has locked.
"""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from tests.clients.account import somebody
from tests.clients.node import SDK, install, npm, run
from tests.clients.prompt import GUIDE, blocks
from tests.service import Service

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]
LARGEST_BYTES = 25_000
TYPESCRIPT = {
    "compilerOptions": {
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022", "dom"],
        "strict": True,
        "skipLibCheck": False,
        "types": ["node"],
        "typeRoots": [str(SDK / "node_modules" / "@types")],
    },
    "include": ["*.ts"],
}


@pytest.fixture(scope="module")
def installed() -> None:
    """What the lock names, and the types from the contract."""
    install()
    npm("run", "generate")


@pytest.fixture(scope="module")
def project(installed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project into which the packed package was installed, and nothing else."""
    place = tmp_path_factory.mktemp("project")
    npm("pack", "--silent", "--pack-destination", str(place))
    (packed,) = place.glob("*.tgz")
    (place / "package.json").write_text(json.dumps({"type": "module", "private": True}))
    npm("install", "--no-audit", "--no-fund", "--ignore-scripts", str(packed), cwd=place)
    return place


def test_it_compiles_strictly_with_its_tests(installed: None) -> None:
    npm("run", "check")


def test_it_is_small_enough_for_a_phone(installed: None, tmp_path: Path) -> None:
    npm("run", "build")
    bundle = tmp_path / "bundle.js"
    npm("run", "bundle", "--", f"--outfile={bundle}")
    assert len(gzip.compress(bundle.read_bytes(), 9)) < LARGEST_BYTES


def test_an_app_in_an_empty_project_compiles_with_it_and_works(project: Path, api: Service) -> None:
    shutil.copy(SDK / "app.ts", project)
    (project / "tsconfig.json").write_text(json.dumps(TYPESCRIPT))
    run(str(SDK / "node_modules" / "typescript" / "bin" / "tsc"), cwd=project)
    told = run("app.js", cwd=project, environment={"DIARY_URL": api.url, **somebody()})
    assert told.splitlines() == [
        "noted emergency cauda_equina 112",
        "raised emergency cauda_equina 112",
        "done 0 1",
        "cauda_equina",
    ]


def test_the_guide_compiles_strictly_with_it(project: Path) -> None:
    (project / "guide.ts").write_text("\n".join(blocks(GUIDE, "ts")))
    (project / "tsconfig.json").write_text(json.dumps(TYPESCRIPT | {"include": ["guide.ts"]}))
    run(str(SDK / "node_modules" / "typescript" / "bin" / "tsc"), "--noEmit", cwd=project)


def test_it_brings_one_package_along(project: Path) -> None:
    brought = {path.name for path in (project / "node_modules").iterdir() if not path.name.startswith(".")}
    assert brought == {"symptom-diary-client", "idb"}


def test_it_is_packed_with_types_and_licence_and_without_tests(project: Path) -> None:
    package = project / "node_modules" / "symptom-diary-client"
    assert {"LICENSE", "README.md", "CHANGELOG.md", "dist"} <= {path.name for path in package.iterdir()}
    assert not list(package.rglob("*.test.*"))
    assert (package / "dist" / "index.d.ts").is_file()
