"""A browser as a device of the conformance kit: the store of our pages, behind a network that is bad.

    python -m tests.clients.browser_device SCRIPT cut|slow|flapping

`SCRIPT` is clients/pages/test/device.ts with all that it needs. The kit speaks to it as to any app
(conformance/app.py).
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from playwright.sync_api import BrowserContext, Error, Page, Route, sync_playwright

from tests.clients.page_server import chromium

ADDRESS: Final = os.environ.get("DIARY_URL", "")
TOKEN: Final = os.environ.get("DIARY_TOKEN", "")
TRIES: Final = 60
"""Syncs, of which one gets through."""
SLOW: Final = {"offline": False, "latency": 300, "downloadThroughput": 20_000, "uploadThroughput": 20_000}
"""Milliseconds, and bytes a second: one bar of signal."""
EMPTY: Final = "/static/pages/icon.svg"
"""Something of the pages' own origin that runs no script of its own."""


class BrowserDevice:
    """The tabs of one browser, which hold one diary."""

    def __init__(self, context: BrowserContext, script: str, patient: str) -> None:
        self.context = context
        self.script = script
        self.patient = patient
        self.tab = self.opened()

    def opened(self) -> Page:
        """One more tab, which knows of the diary what is stored in this browser."""
        tab = self.context.new_page()
        tab.goto(ADDRESS + EMPTY)
        tab.evaluate(self.script)
        return tab

    def played(self, step: dict[str, Any]) -> dict[str, Any]:
        """Do it, sync until it got through, and say what is shown then."""
        self._ask("open", self.patient)
        self.make(step)
        if not step.get("fresh"):
            self._sync()
        return {"holds": self._ask("holds")}

    def make(self, step: dict[str, Any]) -> None:
        """With whatever network there is."""
        self._ask("make", step)

    def _sync(self) -> None:
        for _ in range(TRIES):
            if self._ask("sync") == "done":
                return
        raise RuntimeError(f"of {TRIES} syncs none got through")

    def _ask(self, what: str, given: Any = None) -> Any:
        return self.tab.evaluate(f"(given) => device.{what}(given)", given)


class CutOff(BrowserDevice):
    """There is no network while changes are made, and the tab in which they were made is gone when there is one."""

    def make(self, step: dict[str, Any]) -> None:
        """In one tab; another one, which knew nothing of them, sends them."""
        other = self.opened()
        self.context.set_offline(True)
        super().make(step)
        if not step.get("fresh") and self._ask("sync") != "later":
            raise RuntimeError("it says that it synced without a network")
        self.tab.close()
        self.tab = other
        self.context.set_offline(False)
        self._ask("open", self.patient)


def slowed(context: BrowserContext) -> None:
    """Every answer takes its time."""
    devtools: Any = context.new_cdp_session(context.pages[0])
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)


def flapping(context: BrowserContext) -> None:
    """Of five requests the first never leaves, and the answer to the second never comes."""
    asked = 0

    def handle(route: Route) -> None:
        nonlocal asked
        asked += 1
        if asked % 5 not in (1, 2):
            route.continue_()
            return
        if asked % 5 == 2:
            with suppress(Error):  # the kit has lost it already
                route.fetch()
        route.abort()

    context.route("**/sync", handle)


NETWORKS: Final = {"cut": CutOff, "slow": BrowserDevice, "flapping": BrowserDevice}


def main(script: Path, network: str) -> None:
    """A line for each step, until there are no more."""
    asked = Request(f"{ADDRESS}/api/v1/patients/me/profile", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(asked) as answer:
        patient = json.load(answer)["id"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(bypass_csp=True)  # the picture may ask nothing
        context.add_cookies([{"name": "session", "value": TOKEN, "url": ADDRESS, "httpOnly": True}])
        device = NETWORKS[network](context, script.read_text(), patient)
        if network == "slow":
            slowed(context)
        if network == "flapping":
            flapping(context)
        for line in sys.stdin:
            sys.stdout.write(json.dumps(device.played(json.loads(line))) + "\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
