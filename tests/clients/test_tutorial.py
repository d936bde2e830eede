"""Every block of code in the guides runs as it is pasted, in its order and again, against the service."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.clients.node import NODE, SDK, node_environment
from tests.clients.prompt import ALICE, ASKS, CURL, ELSEWHERE, GUIDE, Prompt, blocks, paste_python
from tests.service import ROOT, Service


@pytest.mark.timeout(400)
def test_the_python_of_the_guide_can_be_pasted_into_the_prompt_twice(api: Service, tmp_path: Path) -> None:
    source = {"PYTHONPATH": str(ROOT / "clients" / "python" / "src")}
    for times in (2, 1):
        with Prompt([sys.executable, "-q"], cwd=tmp_path, environment=source) as prompt:
            for _ in range(times):
                said = paste_python(prompt, api)
                assert "cauda_equina acknowledged" in said
                assert "bob@example.org invited" in said
                assert said.rstrip().endswith("5 0 waiting")


@pytest.mark.timeout(400)
def test_the_typescript_of_the_guide_runs_twice(api: Service, tmp_path: Path) -> None:
    _install_source(tmp_path)
    (tmp_path / "app.ts").write_text("\n".join(blocks(GUIDE, "ts")).replace(ELSEWHERE, api.url))
    command = [NODE, "--disable-warning=ExperimentalWarning", "app.ts"]
    for _ in range(2):
        with Prompt(command, cwd=tmp_path, environment=node_environment({})) as prompt:
            step = prompt.until(ASKS)
            prompt.type(f"{api.mailbox.code_for(ALICE) if 'verify_email' in step else ''}\n")
            said, status = prompt.end()
        assert status == 0, said
        assert "cauda_equina noted" in said
        assert "cauda_equina acknowledged" in said
        assert "bob@example.org invited" in said


def _install_source(place: Path) -> None:
    """The SDK under its name, as it is in the repository: Node.js runs TypeScript that is not in `node_modules`."""
    package = place / "sdk"
    (package).mkdir()
    (package / "src").symlink_to(SDK / "src")
    (package / "package.json").write_text(json.dumps({"type": "module", "exports": {".": "./src/index.ts"}}))
    (place / "node_modules").mkdir()
    (place / "node_modules" / "symptom-diary-client").symlink_to(package)
    (place / "package.json").write_text(json.dumps({"type": "module"}))


@pytest.mark.timeout(400)
def test_curl_goes_the_whole_way_twice(api: Service, tmp_path: Path) -> None:
    with Prompt(["sh", "+m"], cwd=tmp_path, environment={}) as prompt:
        for _ in range(2):
            said = []
            for block in blocks(CURL, "sh"):
                prompt.type(block.replace(ELSEWHERE, api.url))
                if "read -r" in block:
                    said.append(prompt.until(ASKS).strip())
                    prompt.type(api.mailbox.code_for(api.mailbox.received[-1].recipients[0]) + "\n")
                said.append(prompt.paste("", "sh").replace("~done~", "").strip())
            started, asks, asked, signed_in, versions, advice, symptoms, acknowledged, problem = said
            assert (started, asks, asked, signed_in) == ("", ASKS, "", "")
            assert versions.split() == ["1", "1", "2"]
            assert advice.startswith("Go to an emergency department now")
            assert (symptoms, acknowledged, problem) == (
                "{'saddle_numbness': True}",
                "acknowledged",
                "/problems/invalid",
            )


def test_every_code_block_is_one_that_a_test_runs() -> None:
    languages = {page: set(re.findall(r"^```(.+)$", page.read_text(), re.MULTILINE)) for page in (GUIDE, CURL)}
    assert languages == {GUIDE: {"python", "ts"}, CURL: {"sh"}}
