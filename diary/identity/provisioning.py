"""Accounts made and signed in without the dance over HTTP: for the demonstration, tests, benchmarks and management."""

from datetime import datetime

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from diary.identity.sessions import TOKEN_LIFETIME, SessionStore, token_digest
from diary.locks import hold_account
from diary.models.patient import Patient
from diary.models.session import Session
from diary.models.user import User
from diary.reaching.notices import announce
from diary.reaching.suspending import begin_review


@transaction.atomic
def register(*, email: str, password: str | None, name: str = "", now: datetime) -> User:
    """An account as it is after sign-up and verification: user, proved address, diary.

    Without a password it can be entered by tokens and resets only. Raises IntegrityError for a known address.
    """
    user = User.objects.create_user(email, password, name=name, date_joined=now)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    Patient.objects.create(user=user, created_at=now)
    return user


def issue_token(*, user: User, now: datetime, proved: bool = False) -> str:
    """A signed-in device's token, as a complete sign-in at `now` gives it. It is told once and stored hashed.

    `proved`: as if its holder had just been asked again for the password (`diary.proof`).
    """
    session = SessionStore()
    if proved:
        again = {"method": "password", "at": now.timestamp(), "reauthenticated": True}
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [again]
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    session.create()
    token = session.session_key or ""
    Session.objects.filter(pk=token_digest(token)).update(created_at=now, expire_date=now + TOKEN_LIFETIME)
    return token


@transaction.atomic
def sign_out_everywhere(*, user: User, acting: str | None = None, now: datetime | None = None) -> None:
    """End every session, those included that a sign-in under way is just about to begin, and every link.

    What was added since the owner last showed who they are is suspended (`diary.reaching.suspending`); `acting` is the
    digest of the session that asks for it.
    """
    now = now or timezone.now()
    locked = hold_account(user.pk)
    if locked is None:
        return  # erased meanwhile, and its sessions with it
    announce(user_id=user.pk, kind="signed_out_everywhere", now=now)
    begin_review(locked, acting=acting, now=now)
    locked.credentials_epoch += 1
    locked.links_epoch += 1
    locked.save(update_fields=["credentials_epoch", "links_epoch", "recovered_at", "trusted_until"])
    Session.objects.filter(user=locked).delete()
