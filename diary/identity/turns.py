"""One step at a time: requests with one token, about one address or for one account wait for each other.

allauth reads what is under way, decides, and stores what became of it; two requests at the same moment would both
decide on what the first one is about to change. So a request takes, in the order of `docs/adr/0013-one-lock-order.md`
and until its transaction ends: its token, the addresses that it may give an account to, and the accounts it is about.
Signing in is not about an account before the password is right: no one can make its owner wait by guessing.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.db import connection
from fido2.utils import websafe_decode

from diary.format.normal_form import normal_email
from diary.identity.flows.pending import STAND_IN
from diary.identity.sessions import SessionStore, token_digest
from diary.locks import hold_accounts

_GIVES_ADDRESS: Final = ("signup", "account/email")
_UNDER_WAY: Final = (
    LOGIN_SESSION_KEY,
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
)
"""Where allauth keeps what is under way; each names the account and the address it is about, if there is one."""


def take_turns(*, token: str | None, path: str, body: Mapping[str, Any]) -> None:
    """Wait until no one else is at it, and forget what is under way for an account that is gone meanwhile.

    allauth takes it that the account of a sign-in under way is there. `path` and `body` are the request's.
    """
    if token:
        _wait_for(f"session {token_digest(token)}")
    session = SessionStore(token)
    begun = {name: state for name, state in session.items() if name in _UNDER_WAY and isinstance(state, dict)}
    addresses = {str(state["email"]) for state in begun.values() if state.get("email")}
    if path.endswith(_GIVES_ADDRESS) and body.get("email"):
        addresses.add(normal_email(body["email"]))
    for address in sorted(addresses):
        wait_for_address(address)
    named = {name: account for name, state in begun.items() if (account := _account(state))}
    stand_ins = [_uuid(state.get(STAND_IN)) for state in begun.values()]
    about = [*named.values(), *stand_ins, _uuid(session.get(SESSION_KEY)), _account_of_passkey(body)]
    there = {account.pk for account in hold_accounts(account for account in about if account)}
    if over := [name for name, account in named.items() if account not in there]:
        for name in over:
            del session[name]
        session.save()


def wait_for_address(email: str) -> None:
    """Until the transaction ends no one else gives an account to this address, or this address to an account."""
    _wait_for(f"address {email}")


def _account(state: Mapping[str, Any]) -> UUID | None:
    return _uuid(state.get("user_pk") or state.get("user_id"))


def _account_of_passkey(body: Mapping[str, Any]) -> UUID | None:
    """Whose passkey signed, as far as it says so; whether it did is seen later."""
    answer = body.get("credential", {}).get("response", {})
    try:
        return _uuid(websafe_decode(answer.get("userHandle") or "").decode())
    except ValueError:
        return None


def _uuid(named: Any) -> UUID | None:
    try:
        return UUID(str(named))
    except ValueError:
        return None


def _wait_for(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [name])
