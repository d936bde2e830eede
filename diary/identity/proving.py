"""Asking again: whoever holds a token must show who they are before something that cannot be undone."""

from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core.ratelimit import consume
from django.http import HttpRequest

from diary.identity.sessions import SessionStore
from diary.models.session import Session
from diary.models.user import User
from diary.problems import Problem

FRESH: Final = timedelta(minutes=5)


def require_password(request: HttpRequest, *, user: User, password: str) -> None:
    """Raises Problem 403 for a wrong password, 429 after too many of them, as when signing in again."""
    if not consume(request, action="reauthenticate", user=user):
        raise Problem(429, "Too many attempts. Wait a little.", headers={"Retry-After": "60"})
    if not user.check_password(password):
        raise Problem(403, "The password is not right.")


def has_fresh_proof(*, session_digest: str, now: datetime) -> bool:
    """Whether the session was asked again within the last minutes: a second factor, or the password once more."""
    row = Session.objects.filter(pk=session_digest).first()
    records: list[dict[str, Any]] = []
    if row is not None:
        records = SessionStore().decode(row.session_data).get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    since = (now - FRESH).timestamp()
    return any(record["at"] > since and _proves(record) for record in records)


def _proves(record: dict[str, Any]) -> bool:
    return record["method"] == "mfa" or bool(record.get("reauthenticated"))
