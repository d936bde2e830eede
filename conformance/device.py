"""A device as an app maker would build it: a cursor, a copy of the diary, and one way to bring both up to date."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.connection import Answer, Connection

SYNC: Final = "/api/v1/patients/me/sync"
MOST_PAGES: Final = 1000
STATUSES: Final = {"stored", "unchanged", "conflict", "deleted", "invalid", "forbidden"}


class Device:
    """Keeps what it was told; `faults` is what no server may do, seen on the way."""

    def __init__(self, name: str, connection: Connection) -> None:
        self.name = name
        self.connection = connection
        self.cursor: str | None = None
        self.copy: dict[str, Mapping[str, Any] | None] = {}
        """Id → what is stored under it, None for what was deleted."""
        self.faults: list[str] = []
        self._heard: set[tuple[str, str, int]] = set()

    def sync(self, changes: list[Any], *, answer_gets_lost: bool = False) -> Answer:
        """Send `changes` and receive everything new; gives the first answer."""
        first = answer = self._ask(changes)
        if answer_gets_lost:
            self._heard.clear()  # the same may arrive again
            return first
        if answer.status == 200:
            self._check_results(changes, answer.body["results"])
            for _ in range(MOST_PAGES):
                self._take(answer.body)
                if not answer.body["has_more"]:
                    return first
                answer = self._ask([])
            self.faults.append(f"{self.name}: has_more is still true after {MOST_PAGES} pages")
        return first

    def forget(self) -> None:
        """As fresh out of the box."""
        self.cursor, self.copy = None, {}
        self._heard.clear()

    def _ask(self, changes: list[Any]) -> Answer:
        return self.connection.send("POST", SYNC, {"cursor": self.cursor, "changes": changes})

    def _check_results(self, changes: list[Any], results: list[Mapping[str, Any]]) -> None:
        if len(results) != len(changes):
            self.faults.append(f"{self.name}: {len(results)} results for {len(changes)} changes")
        for change, result in zip(changes, results, strict=False):
            self.faults.extend(self._faults_of(change, result))
            if result["status"] in {"stored", "unchanged"}:
                self.copy[change["id"]] = {**(change["data"] or {}), "version": result["version"]}
            elif result["status"] == "deleted":
                self.copy[change["id"]] = None

    def _faults_of(self, change: Any, result: Mapping[str, Any]) -> Iterator[str]:
        if result["status"] not in STATUSES:
            yield f"{self.name}: there is no status {result['status']!r}"
        if result["status"] != "invalid" and result["id"] != change["id"]:
            yield f"{self.name}: the results are not in the order of the changes"
        if result["status"] in {"conflict", "invalid", "forbidden"} and "problem" not in result:
            yield f"{self.name}: a change was refused without a problem that says why"
        elif "problem" in result and not str(result["problem"].get("type", "")).startswith("/problems/"):
            yield f"{self.name}: the problem of a refused change has no type below /problems/"
        if not isinstance(result.get("raised", []), list):
            yield f"{self.name}: raised is not a list"

    def _take(self, body: Mapping[str, Any]) -> None:
        for change in body["changes"]:
            told = (change["type"], change["id"], change["version"])
            if told in self._heard:
                self.faults.append(f"{self.name}: received {told} twice")
            self._heard.add(told)
            self.copy[change["id"]] = None if change["op"] == "delete" else change["data"]
        self.cursor = body["cursor"]
