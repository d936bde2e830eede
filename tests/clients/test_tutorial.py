"""Every line of code in the guide runs, in its order, against the service."""

import re
from pathlib import Path

import pytest

from tests.service import ROOT, Service

GUIDE = ROOT / "docs" / "app-in-15-minutes.md"
ALICE = "alice@example.org"


def test_an_app_is_built_in_fifteen_minutes(api: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE))
    (elsewhere,) = re.findall(r'^URL = "(.+)"$', code, re.MULTILINE)
    assert code.count(elsewhere) == 1
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.input", lambda _: api.mailbox.code_for(ALICE))
    app: dict[str, object] = {}
    exec(compile(code.replace(elsewhere, api.url), str(GUIDE), "exec"), app)
    app["http"].close()  # type: ignore[attr-defined]


def test_every_code_block_is_one_that_the_test_runs() -> None:
    assert set(re.findall(r"^```(.+)$", GUIDE.read_text(), re.MULTILINE)) == {"python"}
