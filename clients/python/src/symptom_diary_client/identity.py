"""Signing up, in and out.

A step that isn't the last gives what is asked for next; its place is kept in `secrets`, also when the process ends
while the person looks for the code in their mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypedDict, cast

from symptom_diary_client.connection import Answer, Connection, problem_of
from symptom_diary_client.errors import OtherAccount
from symptom_diary_client.farewell import Farewell
from symptom_diary_client.queue.kept import change_meta, read_meta
from symptom_diary_client.store.store import Store

_AT: Final = "/api/auth/app/v1"
_PENDING: Final = "pending"


class User(TypedDict):
    """Who is signed in. Where `health_consent_due`, ask for consent; the diary doesn't wait for it."""

    id: str
    display: str
    email: str
    has_usable_password: bool
    health_consent_due: bool


@dataclass(frozen=True)
class Step:
    """What comes next."""

    step: Literal["signed_in", "verify_email", "mfa_authenticate", "password_reset_by_code"]
    """`verify_email`, `password_reset_by_code`: the code from the mail. `mfa_authenticate`: a second factor."""
    user: User | None = None
    """Who is signed in now."""
    types: tuple[str, ...] = ()
    """Of the second factors that will do: `totp`, `recovery_codes`, `webauthn`."""


class Identity:
    """Every method raises Problem for what the service refuses, and NoAnswer."""

    def __init__(self, connection: Connection, store: Store, farewell: Farewell) -> None:
        self._connection = connection
        self._secrets = connection.secrets
        self._store = store
        self._farewell = farewell

    def sign_up(self, email: str, password: str, *, name: str | None = None, **consent: str | int) -> Step:
        """Then `verify_email`. The same answer whether or not the address has an account.

        `consent` may be `consent_version`, `age_at_least` and `region`, where the person has given it already.
        """
        account = {"email": email, "password": password, **({"name": name} if name else {}), **consent}
        return self._begin("/auth/signup", account)

    def verify_email(self, code: str) -> Step:
        """The code from the mail: of a sign-up, or of a new address."""
        return self._step("/auth/email/verify", {"key": code})

    def sign_in(self, email: str, password: str) -> Step:
        """Then `second_factor`, where the account has one."""
        return self._begin("/auth/login", {"email": email, "password": password})

    def second_factor(self, code: str) -> Step:
        """The code of the authenticator app, or a recovery code."""
        return self._step("/auth/2fa/authenticate", {"code": code})

    def forgot_password(self, email: str) -> Step:
        """A code goes out by mail; then `reset_password`."""
        return self._begin("/auth/password/request", {"email": email})

    def reset_password(self, code: str, password: str) -> Step:
        """Every other session has ended then."""
        return self._step("/auth/password/reset", {"key": code, "password": password})

    def prove(self, *, password: str | None = None, code: str | None = None) -> Step:
        """Who it is again, for what asks for recent proof (a Problem of the type `/problems/proof-required`)."""
        if password is not None:
            return self._step("/auth/reauthenticate", {"password": password})
        return self._step("/auth/2fa/reauthenticate", {"code": code})

    def second_factor_secret(self) -> str:
        """The secret for an authenticator app; then `turn_on_second_factor`."""
        answer = self._send("GET", "/account/authenticators/totp")
        secret = answer.body.get("meta", {}).get("secret") if answer.status == 404 else None
        if secret is None:
            raise problem_of(answer)
        return str(secret)

    def turn_on_second_factor(self, code: str) -> None:
        """The code that the authenticator app shows for the secret."""
        self._done("POST", "/account/authenticators/totp", {"code": code})

    def recovery_codes(self) -> list[str]:
        """Those that are not used yet."""
        found = self._done("GET", "/account/authenticators/recovery-codes")
        return list(found["data"]["unused_codes"])

    def user(self) -> User | None:
        """Who is signed in here, as the service says; None for nobody."""
        answer = self._send("GET", "/auth/session")
        return cast("User", answer.body["data"]["user"]) if answer.status == 200 else None

    def sign_out(self) -> None:
        """End the session; without a network, as soon as there is one.

        `Diary.sign_out` also looks at what waits, and clears the store.
        """
        with self._store.transaction() as rows:
            device = read_meta(rows).device
        self._secrets.set(_PENDING, None)
        self._farewell.leave(device)

    def _begin(self, path: str, body: dict[str, Any]) -> Step:
        """As nobody: somebody may be signed in, and stay so if this fails."""
        self._secrets.set(_PENDING, None)
        return self._step(path, body, {"Authorization": None})

    def _step(self, path: str, body: dict[str, Any], headers: dict[str, str | None] | None = None) -> Step:
        answer = self._send("POST", path, body, headers)
        found = answer.body if isinstance(answer.body, dict) else {}
        data, meta = found.get("data") or {}, found.get("meta") or {}
        if answer.status == 200 and "user" in data:
            if "access_token" in meta:
                self._keep(data["user"], meta["access_token"])
            return Step("signed_in", user=data["user"])
        flows = data.get("flows", []) if answer.status == 401 else []
        pending = next((flow for flow in flows if flow.get("is_pending")), None)
        if pending is None:
            raise problem_of(answer)
        if "session_token" in meta:
            self._secrets.set(_PENDING, meta["session_token"])
        return Step(pending["id"], types=tuple(pending.get("types", ())))

    def _keep(self, user: User, token: str) -> None:
        with self._store.transaction() as rows:
            if read_meta(rows).user not in (None, user["id"]):
                raise OtherAccount("this store holds somebody else's diary")
            change_meta(rows, user=user["id"])
        self._connection.keep_token(token)
        self._secrets.set(_PENDING, None)

    def _done(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self._send(method, path, body)
        if answer.status >= 300:
            raise problem_of(answer)
        return cast("dict[str, Any]", answer.body)

    def _send(
        self, method: str, path: str, body: object = None, headers: dict[str, str | None] | None = None
    ) -> Answer:
        pending = self._secrets.get(_PENDING)
        return self._connection.send(method, _AT + path, body, {"X-Session-Token": pending, **(headers or {})})
