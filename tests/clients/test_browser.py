"""The diary in a browser's IndexedDB: kept without a network, by two tabs at once, and through a killed browser."""

from pathlib import Path

import pytest

from tests.cast import Person
from tests.clients.node import install, npm
from tests.clients.page_server import browser, page_server
from tests.service import Service

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]
SECONDS = 120


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The page's script with all that it needs."""
    made = tmp_path_factory.mktemp("page") / "page.js"
    install()
    npm("exec", "--offline", "--", "esbuild", "test/live/page.ts", "--bundle", "--format=esm", f"--outfile={made}")
    return made.read_bytes()


def test_it_is_kept_through_a_killed_browser_and_syncs_in_two_tabs(script: bytes, api: Service, tmp_path: Path) -> None:
    alice = Person("Alice")
    with page_server(script, api.url) as server:
        server.is_online = False
        with browser(f"{server.url}/?phase=offline&token={alice.token}", tmp_path):
            offline = server.told.get(timeout=SECONDS)
        ids = set(offline.pop("ids"))
        assert offline == {"outcome": "later", "isUndone": True, "heard": ["noted"], "shown": 3}
        server.is_online = True
        with browser(f"{server.url}/?phase=online&token={alice.token}", tmp_path):
            online = server.told.get(timeout=SECONDS)
    assert online["outcomes"] == ["done", "done"]
    assert online["status"] | {"syncedAt": ""} == {"waiting": 0, "refused": 0, "conflicts": 0, "syncedAt": ""}
    assert online["heard"] == ["raised"]
    entries = alice.get("patients/me/entries").body["items"]
    assert {entry["id"] for entry in entries} == ids
    assert sorted(entry["version"] for entry in entries) == [1, 1, 2]
    assert {entry.get("note") for entry in online["entries"]} == {entry["note"] for entry in entries}
