"""Every step of the identity API, done in an order that makes sense or in none."""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.utils import timezone

from diary.account.erase import erase
from diary.models import User
from diary.problems import Problem
from tests.contract.wandering import PASSWORDS, Wanderer
from tests.diary.identity.passkey import Passkey

PASSKEYS: Final = "account/authenticators/webauthn"

Step = Callable[[Wanderer], None]


def walk(app: Wanderer, steps: int) -> None:
    """Let it do so many steps; what should not come back is in `app.world.faults`."""
    for _ in range(steps):
        app.change_mind()
        chosen = [step for flow in sorted(app.pending) for step in FLOWS.get(flow, ())]
        if not chosen and not app.signed_in:
            chosen = [sign_in, sign_in, sign_in, sign_up, forget_password]
        anything = app.random.choices([step for step, _ in STEPS], [weight for _, weight in STEPS])[0]
        (app.random.choice(chosen) if chosen and app.random.random() < 0.6 else anything)(app)


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
    code = _code(secret) if isinstance(secret, str) else "123456"
    said = app.send("POST", "account/authenticators/totp", {"code": code})
    if isinstance(secret, str) and said.get("status") == 200:
        app.world.secrets.append(secret)


def switch_code_off(app: Wanderer) -> None:
    _proving_it(app)
    app.send("DELETE", "account/authenticators/totp")


def give_code(app: Wanderer) -> None:
    path = "auth/2fa/authenticate" if "mfa_authenticate" in app.pending else "auth/2fa/reauthenticate"
    known, secrets = app.world.recovery[-10:], app.world.secrets[-3:]
    if known and (not secrets or app.random.random() < 0.3):
        code = app.random.choice(known)
    else:
        code = _code(app.random.choice(secrets), app.random.choice([-1, 0, 1, 1])) if secrets else "123456"
    app.send("POST", path, {"code": code})


def trust(app: Wanderer) -> None:
    app.send("POST", "auth/2fa/trust", {"trust": True})


def recovery_codes(app: Wanderer) -> None:
    _proving_it(app)
    said = app.send(app.random.choice(["GET", "POST"]), "account/authenticators/recovery-codes")
    codes = _in(said, "data", "unused_codes")
    app.world.recovery.extend(codes if isinstance(codes, list) else ())


def make_passkey(app: Wanderer) -> None:
    _proving_it(app)
    method, path = ("PUT", "auth/webauthn/signup") if app.random.random() < 0.1 else ("POST", PASSKEYS)
    options = _in(app.send("GET", f"{path}?passwordless"), "data", "creation_options", "publicKey")
    passkey = Passkey(str(app.world.http.base_url).rstrip("/"))
    made = passkey.register(options) if isinstance(options, dict) else {"id": "x", "response": {}}
    if app.send(method, path, {"name": "phone", "credential": made}).get("status") == 200:
        app.world.passkeys.append(passkey)


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
        app.send("PUT", PASSKEYS, {"id": one, "name": "tablet"})
    else:
        app.send("DELETE", PASSKEYS, {"authenticators": [one]})


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


def undo_a_change(app: Wanderer) -> None:
    """The button behind one of the last links that were mailed, whatever has become of the account."""
    mails = [mail for address in app.world.addresses for mail in app.world.mailbox.sent_to(address)[-8:]]
    links = [link for mail in mails for link in re.findall(r"https?://\S+/undo/\S+", mail.text)]
    if links:
        app.press(app.random.choice(links))


def _proving_it(app: Wanderer) -> None:
    """Mostly as sensitive steps demand."""
    if app.signed_in and app.random.random() < 0.6:
        ask_again(app)


def _code(secret: str, ahead: int = 0) -> str:
    """What an authenticator app shows, some half minutes ahead."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


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
    (undo_a_change, 4),
]
FLOWS: Final[Mapping[str, tuple[Step, ...]]] = {
    "verify_email": (confirm, confirm, look_at_code, resend, manage_addresses),
    "mfa_authenticate": (give_code, give_code, use_passkey),
    "password_reset_by_code": (reset, reset, look_at_reset),
    "mfa_signup_webauthn": (make_passkey,),
}
