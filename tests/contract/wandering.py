"""Apps that wander through the identity API: every step, in an order that makes sense or none, in each other's way.

They share three addresses and their tokens, so that two of them are often about one account at the same moment.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import uuid4

import httpx
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.utils import timezone

from diary.erasing import erase
from diary.models import User
from diary.problems import Problem
from tests.contract.bending import ODD_TOKENS, ODD_TYPES, bent
from tests.diary.identity.passkey import Passkey
from tests.receiver import MailReceiver

API: Final = "/api/auth/app/v1/"
PASSWORDS: Final = ("correct horse battery staple", "an entirely different secret")

Step = Callable[["Wanderer"], None]


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

    def walk(self, steps: int) -> None:
        """Do so many steps; what should not come back is in `world.faults`."""
        for _ in range(steps):
            self._swap()
            chosen = [step for flow in sorted(self.pending) for step in FLOWS.get(flow, ())]
            if not chosen and not self.signed_in:
                chosen = [sign_in, sign_in, sign_in, sign_up, forget_password]
            (self.random.choice(chosen) if chosen and self.random.random() < 0.6 else self._any())(self)

    def _any(self) -> Step:
        return self.random.choices([step for step, _ in STEPS], [weight for _, weight in STEPS])[0]

    def _swap(self) -> None:
        """Now and then go on as somebody else."""
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

    def _note(self, method: str, path: str, raw: bytes, headers: Mapping[str, str], answer: httpx.Response) -> None:
        line = f"{answer.status_code} {method} {path} {raw[:300]!r} {dict(headers)}"
        self.world.sent.append(line)
        self.world.statuses.setdefault((method, path.partition("?")[0]), set()).add(answer.status_code)
        kind = "application/problem+json" if answer.status_code >= 400 else "application/json"
        if answer.status_code >= 500 or (answer.content and answer.headers.get("Content-Type") != kind):
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


def sign_up(app: Wanderer) -> None:
    app.send("POST", "auth/signup", {"email": app.email, "password": app.password, "name": "Alice"})


def sign_in(app: Wanderer) -> None:
    app.token = ""
    app.send("POST", "auth/login", {"email": app.email, "password": app.password})


def confirm(app: Wanderer) -> None:
    app.send("POST", "auth/email/verify", {"key": app.world.code_for(app.email)})


def look_at_code(app: Wanderer) -> None:
    app.send("GET", "auth/email/verify", X_Email_Verification_Key=app.world.code_for(app.email))


def resend(app: Wanderer) -> None:
    app.send("POST", "auth/email/verify/resend")


def forget_password(app: Wanderer) -> None:
    app.send("POST", "auth/password/request", {"email": app.email})


def reset(app: Wanderer) -> None:
    app.send("POST", "auth/password/reset", {"key": app.world.code_for(app.email), "password": app.password})


def look_at_reset(app: Wanderer) -> None:
    app.send("GET", "auth/password/reset", X_Password_Reset_Key=app.world.code_for(app.email))


def ask_again(app: Wanderer) -> None:
    app.send("POST", "auth/reauthenticate", {"password": app.password})


def change_password(app: Wanderer) -> None:
    new = app.random.choice(PASSWORDS)
    app.send("POST", "account/password/change", {"current_password": app.password, "new_password": new})


def manage_addresses(app: Wanderer) -> None:
    _proving_it(app)
    method = app.random.choice(["GET", "POST", "POST", "PUT", "PATCH", "DELETE"])
    body: dict[str, Any] = {"email": app.random.choice(app.world.addresses)}
    app.send(
        method, "account/email", None if method == "GET" else body | ({"primary": True} if method == "PATCH" else {})
    )


def look_at_session(app: Wanderer) -> None:
    app.send("GET", app.random.choice(["auth/session", "auth/session", "config", "account/authenticators"]))


def sign_out(app: Wanderer) -> None:
    app.send("DELETE", "auth/session")


def manage_sessions(app: Wanderer) -> None:
    said = app.send("GET", "auth/sessions").get("data")
    ids = [row["id"] for row in said] if isinstance(said, list) else [str(uuid4())]
    if app.random.random() < 0.3:
        app.send("DELETE", "auth/sessions", {"sessions": ids[-1:]} if app.random.random() < 0.7 else None)


def switch_code_on(app: Wanderer) -> None:
    _proving_it(app)
    secret = _in(app.send("GET", "account/authenticators/totp"), "meta", "secret")
    if isinstance(secret, str):
        app.world.secrets.append(secret)
    app.send("POST", "account/authenticators/totp", {"code": _code(app)})


def switch_code_off(app: Wanderer) -> None:
    _proving_it(app)
    app.send("DELETE", "account/authenticators/totp")


def give_code(app: Wanderer) -> None:
    app.send("POST", app.random.choice(["auth/2fa/authenticate", "auth/2fa/reauthenticate"]), {"code": _code(app)})


def trust(app: Wanderer) -> None:
    app.send("POST", "auth/2fa/trust", {"trust": True})


def recovery_codes(app: Wanderer) -> None:
    _proving_it(app)
    said = app.send(app.random.choice(["GET", "POST"]), "account/authenticators/recovery-codes")
    codes = _in(said, "data", "unused_codes")
    app.world.recovery.extend(codes if isinstance(codes, list) else ())


def make_passkey(app: Wanderer) -> None:
    _proving_it(app)
    path = app.random.choice(
        ["account/authenticators/webauthn", "account/authenticators/webauthn", "auth/webauthn/signup"]
    )
    options = _in(app.send("GET", f"{path}?passwordless"), "data", "creation_options", "publicKey")
    passkey = Passkey(str(app.world.http.base_url).rstrip("/"))
    made = passkey.register(options) if isinstance(options, dict) else {"id": "x", "response": {}}
    app.world.passkeys.append(passkey)
    app.send("POST" if "account" in path else "PUT", path, {"name": "phone", "credential": made})


def sign_up_with_passkey(app: Wanderer) -> None:
    app.send("POST", "auth/webauthn/signup", {"email": app.email})


def use_passkey(app: Wanderer) -> None:
    path = f"auth/webauthn/{app.random.choice(['login', 'authenticate', 'reauthenticate'])}"
    options = _in(app.send("GET", path), "data", "request_options", "publicKey")
    known = app.world.passkeys[-2:]
    signed = app.random.choice(known).sign(options) if isinstance(options, dict) and known else {"id": "x"}
    app.send("POST", path, {"credential": signed})


def manage_passkeys(app: Wanderer) -> None:
    _proving_it(app)
    rows = app.send("GET", "account/authenticators").get("data")
    ids = [row["id"] for row in rows if "id" in row] if isinstance(rows, list) else []
    one = app.random.choice([*ids, 1, 2**40])
    if app.random.random() < 0.5:
        app.send("PUT", "account/authenticators/webauthn", {"id": one, "name": "tablet"})
    else:
        app.send("DELETE", "account/authenticators/webauthn", {"authenticators": [one]})


def any_address(app: Wanderer) -> None:
    """Any method at any address."""
    method = app.random.choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    paths = [path for _, path in sorted(app.world.statuses)] or ["auth/session"]
    odd = ["auth/code/request", "account/phone", "tokens/refresh", "auth/provider/token", "nowhere", "%00", "auth/%ff"]
    app.send(method, app.random.choice([*paths, *odd]), {"email": app.email} if app.random.random() < 0.5 else None)


def erase_somebody(app: Wanderer) -> None:
    """The account goes, whatever is under way in it."""
    try:
        user_id = User.objects.filter(email=app.email).values_list("pk", flat=True).first()
        if user_id is not None:
            with suppress(Problem):  # gone already
                erase(user_id=user_id, now=timezone.now())
    finally:
        connection.close()


def _proving_it(app: Wanderer) -> None:
    """Mostly as sensitive steps demand."""
    if app.signed_in and app.random.random() < 0.6:
        ask_again(app)


def _code(app: Wanderer) -> str:
    known = app.world.recovery[-10:]
    if known and app.random.random() < 0.2:
        return app.random.choice(known)
    secrets = app.world.secrets[-3:]
    counter = int(time.time()) // 30 + app.random.choice([-1, 0, 0, 1])
    return str(format_hotp_value(hotp_value(app.random.choice(secrets), counter))) if secrets else "123456"


def _in(said: Any, *names: str) -> Any:
    for name in names:
        said = said.get(name) if isinstance(said, dict) else None
    return said


STEPS: Final[list[tuple[Step, int]]] = [
    (sign_up, 10),
    (sign_in, 12),
    (confirm, 8),
    (look_at_code, 2),
    (resend, 3),
    (forget_password, 5),
    (reset, 5),
    (look_at_reset, 2),
    (ask_again, 10),
    (change_password, 3),
    (manage_addresses, 10),
    (look_at_session, 3),
    (sign_out, 2),
    (manage_sessions, 4),
    (switch_code_on, 8),
    (switch_code_off, 2),
    (give_code, 4),
    (trust, 1),
    (recovery_codes, 4),
    (make_passkey, 8),
    (sign_up_with_passkey, 2),
    (use_passkey, 6),
    (manage_passkeys, 4),
    (any_address, 6),
    (erase_somebody, 2),
]
FLOWS: Final[Mapping[str, tuple[Step, ...]]] = {
    "verify_email": (confirm, confirm, look_at_code, resend, manage_addresses),
    "mfa_authenticate": (give_code, give_code, use_passkey),
    "password_reset_by_code": (reset, reset, look_at_reset),
    "mfa_signup_webauthn": (make_passkey,),
}
