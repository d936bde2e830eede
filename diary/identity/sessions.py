"""Django's session engine with two differences: only the hash of the key is stored, and what is under way can end.

The key a client holds is a secret. It (32 characters of a-z0-9, 165 random bits) is the opaque token of
`docs/adr/0003-opaque-tokens.md`. What someone has begun there is looked at by `diary.identity.flows.pending`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.utils import timezone

from diary.identity.flows.pending import still_good, stored
from diary.models.session import Session

TOKEN_LIFETIME: Final = timedelta(days=365)
"""Since the last use: a phone must not be signed out on the night it matters."""
PENDING_LIFETIME: Final = timedelta(hours=1)
"""For a sign-up, sign-in or reset that is not finished."""
CHALLENGE_LIFETIME: Final = timedelta(minutes=10)
"""For a passkey's challenge, of which anyone may ask for many."""


def token_digest(token: str) -> str:
    """What is stored of a token: SHA-256, 64 hexadecimal digits. The token is random enough to need no salt."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


class SessionStore(db.SessionStore):
    """`session_key` is the token; the row behind it carries the digest and, once signed in, the user."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, stored(key, value))

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default`; what is under way and no longer good is forgotten."""
        kept = super().get(key)
        if kept is None:
            return default
        value = still_good(key, kept)
        if value is None:
            del self[key]
            return default
        return value

    def _get_session_from_db(self) -> Session | None:
        live = Session.objects.filter(
            session_key=token_digest(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if live is None:
            self._session_key = None
        return live

    def exists(self, session_key: str) -> bool:
        """Whether the key is taken."""
        return super().exists(token_digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for `data`. Django's own sign-in writes both values read here, and nothing before it does."""
        user_id = data.get(SESSION_KEY)
        return Session(
            session_key=token_digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=timezone.now() + (TOKEN_LIFETIME if user_id else _unfinished_lifetime(data)),
            user_id=user_id,
            credentials_epoch=int(data[HASH_SESSION_KEY]) if user_id else None,
        )

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError for a session that ended meanwhile: it stays ended."""
        if self.session_key is None:
            self.create()
            return
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if must_create:
            row.save(force_insert=True)
        elif not row.rewrite():
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """End the session; one that does not exist is no error."""
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=token_digest(key)).delete()


def _unfinished_lifetime(data: Collection[str]) -> timedelta:
    return CHALLENGE_LIFETIME if set(data) <= {STATE_SESSION_KEY} else PENDING_LIFETIME


def extended_expiry(*, expire_date: datetime, now: datetime) -> datetime | None:
    """The new end of a token used at `now`, or None while the old one is good enough (one write a day at most)."""
    fresh = now + TOKEN_LIFETIME
    return fresh if fresh - expire_date >= timedelta(days=1) else None
