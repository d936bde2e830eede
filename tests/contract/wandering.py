"""Apps of the identity API that get in each other's way.

They share three addresses and their tokens, so that two of them are often about one account at the same moment.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.contract.bending import ODD_TOKENS, ODD_TYPES, bent
from tests.diary.identity.passkey import Passkey
from tests.problems import is_of_the_table
from tests.receiver import MailReceiver

API: Final = "/api/auth/app/v1/"
PASSWORDS: Final = ("correct horse battery staple", "an entirely different secret")


@dataclass
class World:
    """What the apps have in common, and what came back to them."""

    http: httpx.Client
    mailbox: MailReceiver
    addresses: tuple[str, ...] = field(
        default_factory=lambda: tuple(f"{uuid4().hex[:12]}@example.org" for _ in range(3))
    )
    tokens: list[str] = field(default_factory=lambda: [""])
    secrets: list[str] = field(default_factory=list)
    recovery: list[str] = field(default_factory=list)
    passkeys: list[Passkey] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    statuses: dict[tuple[str, str], set[int]] = field(default_factory=dict)

    def code_for(self, address: str) -> str:
        """The newest code that went there, if any did."""
        if not self.mailbox.sent_to(address):
            return "AAAA-AAAA"
        with suppress(AssertionError):  # the newest mail has no code
            return self.mailbox.code_for(address)
        return "AAAA-AAAA"


class Wanderer:
    """One app."""

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random = world, random
        self.token = ""
        self.pending: set[str] = set()
        self.signed_in = False
        self.email = random.choice(world.addresses)
        self.password = PASSWORDS[0]

    def change_mind(self) -> None:
        """Now and then go on as someone else."""
        if self.random.random() < 0.05:
            self.email = self.random.choice(self.world.addresses)
        if self.random.random() < 0.06:
            self.token = self.random.choice(self.world.tokens[-12:])
        if self.random.random() < (0.1 if self.signed_in else 0.4):
            self.password = self.random.choice(PASSWORDS)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """One request, a fifth of them bent; gives what it says."""
        odd = self.random.random() < 0.2
        raw = bent(self.random, body) if odd else b"" if body is None else json.dumps(body).encode()
        kind = self.random.choice(ODD_TYPES) if odd and self.random.random() < 0.1 else "application/json"
        token = self.random.choice(ODD_TOKENS) if odd and self.random.random() < 0.1 else self.token
        given = {"Content-Type": kind, **({"X-Session-Token": token} if token else {}), **headers}
        encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
        try:
            answer = self.world.http.request(method, API + path, content=raw, headers=encoded)
        except httpx.RemoteProtocolError:  # the server ended the connection, as it may between two requests
            return {}
        self._note(method, path, raw, given, answer)
        said = json.loads(answer.content) if answer.content else {}
        self._heed(said)
        return said if isinstance(said, dict) else {}

    def press(self, link: str) -> None:
        """The button of the page behind a link in a mail."""
        answer = self.world.http.post(link, data={"undo": "yes"})
        self.world.sent.append(f"{answer.status_code} POST {link}")
        self.world.statuses.setdefault(("POST", "undo"), set()).add(answer.status_code)
        if answer.status_code >= 500:
            self.world.faults.append(f"{self.world.sent[-1]}\n    {answer.text[:300]}")

    def _note(self, method: str, path: str, raw: bytes, headers: Mapping[str, str], answer: httpx.Response) -> None:
        line = f"{answer.status_code} {method} {path} {raw[:300]!r} {dict(headers)}"
        self.world.sent.append(line)
        self.world.statuses.setdefault((method, path.partition("?")[0]), set()).add(answer.status_code)
        kind = "application/problem+json" if answer.status_code >= 400 else "application/json"
        refused = answer.status_code >= 400 and method != "HEAD"
        unlisted = refused and not is_of_the_table(answer.json(), answer.status_code)
        if unlisted or answer.status_code >= 500 or (answer.content and answer.headers.get("Content-Type") != kind):
            self.world.faults.append(f"{line}\n    {answer.text[:300]}")

    def _heed(self, said: Any) -> None:
        if not isinstance(said, dict):
            return
        flows = said["data"].get("flows", []) if isinstance(said.get("data"), dict) else []
        if flows or "data" in said:
            self.pending = {flow["id"] for flow in flows if flow.get("is_pending")}
        meta = said["meta"] if isinstance(said.get("meta"), dict) else {}
        self.signed_in = meta.get("is_authenticated", self.signed_in and said.get("status") != 410)
        if token := meta.get("session_token"):
            self.token = token
            self.world.tokens.append(token)
