"""What someone has begun in a session and not completed: a sign-in, a reset, a new address.

Each names an account, and is good only while that account's credentials and address are those of the moment it was
begun. `diary.identity.sessions` puts the stamp on when such a state is stored, and looks at it each time it is read;
`diary.identity.flows.changing` is what makes old stamps worthless. Codes and secrets under way are sealed like notes:
allauth compares the code itself (in constant time), so that a hash would not do.
"""

from typing import Any, Final
from uuid import UUID

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from cryptography.fernet import InvalidToken
from django.db import transaction

from diary.locks import hold_account
from diary.models.user import User
from diary.sealing import opened, sealed

PENDING: Final = frozenset(
    {LOGIN_SESSION_KEY, PASSWORD_RESET_VERIFICATION_SESSION_KEY, EMAIL_VERIFICATION_CODE_SESSION_KEY}
)
"""Where allauth keeps what is under way: a dict that names the account, or none where it hides that there is none."""
SECRETS: Final = frozenset({SECRET_SESSION_KEY})
"""Where it keeps a text that is a secret: what an authenticator app is being given."""
STAND_IN: Final = "stand_in"
"""In what is under way for no account: an id that no account has, looked up like one, so that it takes as long."""
_NO_ACCOUNT_YET: Final = "1:"
"""Before the sealed code of a sign-up. A process of the release before makes the account first and would fail here;
it cannot open this, takes the sign-up for over and has the person start over."""
_EPOCH: Final = "credentials_epoch"
_ADDRESS: Final = "account_address"


def stored(key: str, value: Any) -> Any:
    """What a session keeps under `key` for `value`: stamped and sealed where it is one of these."""
    if key in SECRETS:
        return sealed(value)
    if key not in PENDING or not isinstance(value, dict):
        return value
    return _sealed_code(value if _EPOCH in value else {**value, **_stamp(value)})


def still_good(key: str, kept: Any) -> Any:
    """The value again, readable; None for one that is over. The account's row is locked until the request ends.

    So nothing changes between this look and what is done on the strength of it.
    """
    try:
        if key in SECRETS:
            return opened(kept.encode())
        if key not in PENDING or not isinstance(kept, dict):
            return kept
        value = {**kept, "code": _opened_code(kept["code"])} if kept.get("code") else kept
    except InvalidToken:
        return None
    account = _account(value) or value.get(STAND_IN)
    return value if account is None or _stands(value, account) else None


def _stamp(value: dict[str, Any]) -> dict[str, Any]:
    account = _account(value) or value.get(STAND_IN)
    user = None if account is None else User.objects.filter(pk=account).first()
    if STAND_IN in value:
        return {_EPOCH: 0, _ADDRESS: ""}
    return {} if user is None else {_EPOCH: user.credentials_epoch, _ADDRESS: user.email}


def _stands(value: dict[str, Any], account: str) -> bool:
    with transaction.atomic():
        user = hold_account(UUID(account))
    if user is not None and not user.is_active:
        user = None
    if STAND_IN in value:
        return user is None
    return user is not None and (value.get(_EPOCH), value.get(_ADDRESS)) == (user.credentials_epoch, user.email)


def _account(value: dict[str, Any]) -> str | None:
    """A sign-in calls it by one name, a code by another."""
    return value.get("user_pk") or value.get("user_id")


def _sealed_code(value: dict[str, Any]) -> dict[str, Any]:
    if not value.get("code"):
        return value
    before = "" if _account(value) or STAND_IN in value else _NO_ACCOUNT_YET
    return {**value, "code": before + sealed(value["code"])}


def _opened_code(kept: str) -> str:
    return opened(kept.removeprefix(_NO_ACCOUNT_YET).encode())
