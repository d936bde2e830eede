"""A service in memory that keeps the sync of the contract, for tests of what a device does with its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from symptom_diary_client.content import says_the_same

Asked = dict[str, Any]
Fate = httpx.Response | str | Callable[[Asked], httpx.Response | None]

CAUDA_EQUINA = {
    "alert": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b21",
    "rule": "cauda_equina",
    "tier": "emergency",
    "title": "",
    "advice": "",
    "call": "112",
    "state": "open",
    "news": True,
    "stored": True,
}


@dataclass
class Stored:
    type: str
    id: str
    version: int
    revision: int
    data: dict[str, Any] | None


@dataclass
class Service:
    rows: dict[str, Stored] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    """Every sync that arrived."""
    others: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path and token of every other request."""
    fates: list[Fate] = field(default_factory=list)
    """What becomes of the next requests, in order (`lost before`, `lost after`, an answer); afterwards all is well."""
    raises: Callable[[Asked], list[dict[str, Any]]] = lambda _: []
    """The danger signs in what is stored."""
    refuses: Callable[[Asked], dict[str, Any] | None] = lambda _: None
    page: int = 500
    _revision: int = 0
    _before: dict[str, list[dict[str, Any] | None]] = field(default_factory=dict)

    @property
    def transport(self) -> httpx.BaseTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        fate = self.fates.pop(0) if self.fates else None
        if fate == "lost before":
            raise httpx.ConnectError("no network")
        if not request.url.path.endswith("/sync"):
            self.others.append((request.method, request.url.path, request.headers.get("Authorization")))
            return problem_answer(404)
        asked = json.loads(request.content)
        self.asked.append(asked)
        if isinstance(fate, httpx.Response):
            return fate
        refused = fate(asked) if callable(fate) else None
        if refused:
            return refused
        answer = httpx.Response(200, text=json.dumps(self.sync(asked)), headers={"Content-Type": "application/json"})
        if fate == "lost after":
            raise httpx.ReadError("no network")
        return answer

    def sync(self, asked: Asked) -> Asked:
        """What another device sends."""
        results = [self._do(change) for change in asked["changes"]]
        after = int(asked["cursor"] or 0)
        news = sorted((row for row in self.rows.values() if row.revision > after), key=lambda row: row.revision)
        page = news[: self.page]
        return {
            "results": results,
            "changes": [_shown(row) for row in page],
            "cursor": str(page[-1].revision if page else self._revision),
            "has_more": len(news) > len(page),
        }

    def _do(self, change: Asked) -> Asked:
        data = change.get("data")
        problem = self.refuses(change)
        if problem:
            return {"id": change["id"], "status": "invalid", "version": None, "raised": [], "problem": problem}
        row = self.rows.get(change["id"])
        raised = self.raises(change)
        same = {"id": change["id"], "version": row.version if row else None, "raised": raised}
        if row and row.data is None:
            return {**same, "status": "deleted"}
        base = change["if_version"] or 0
        if row and data and (says_the_same(row.data, data) or self._is_overtaken(row, base, data)):
            return {**same, "status": "unchanged"}
        if base != (row.version if row else 0):
            current = {**row.data, "version": row.version} if row and row.data else None
            refused = [{**sign, "stored": False, "alert": None} for sign in raised]
            return {**same, "raised": refused, "status": "conflict", "problem": problem_of(412), "current": current}
        self._revision += 1
        self.rows[change["id"]] = Stored(change["type"], change["id"], base + 1, self._revision, data)
        self._before.setdefault(change["id"], []).append(data)
        return {"id": change["id"], "status": "stored" if data else "deleted", "version": base + 1, "raised": raised}

    def _is_overtaken(self, row: Stored, base: int, data: dict[str, Any]) -> bool:
        return base < row.version and says_the_same(self._before[row.id][base], data)


def _shown(row: Stored) -> Asked:
    data = None if row.data is None else {**row.data, "version": row.version, "screened": True}
    op = "delete" if row.data is None else "put"
    return {"type": row.type, "op": op, "id": row.id, "version": row.version, "data": data}


def problem_of(status: int, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": "", "status": status, "detail": "", **more}


def problem_answer(status: int, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    return httpx.Response(status, json=problem_of(status, **more), headers=headers)


def offline() -> Service:
    """One that is never reached."""
    return Service(fates=["lost before"] * 50)
