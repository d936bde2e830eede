"""Undoing a change of address or second factors: an emailed link, valid for seven days, restores the previous state.

For the owner of an account that someone else has got into. So the link outlives whatever is changed later, and brings
back address *and* factors as they were before its own change, with everything that followed; links to later states end
with it, for those may be in a thief's mailbox. It ends every session, and gives no one a way in: it neither signs in
nor sets a password. Who holds the restored mailbox resets the password, as always.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from diary.identity.addresses import remove, unproved_users
from diary.identity.turns import wait_for_address
from diary.locks import hold_accounts
from diary.models.session import Session
from diary.models.user import User
from diary.models.way_back import Undo
from diary.reaching.notices import announce
from diary.reaching.suspending import begin_review

VALID_FOR: Final = timedelta(days=7)
_PREPARED: Final = "_diary_undo"


class AddressTaken(Exception):
    """The address that would be restored has been proved by someone with another account meanwhile."""


@dataclass(slots=True)
class Prepared:
    """The state before a change that is just being made, and the link to it, stored only if the change comes about."""

    row: Undo
    link: str
    mailed: bool = False


def prepare(user: User, *, now: datetime) -> Prepared:
    """Take down address and factors as they are."""
    token = token_urlsafe(24)
    row = Undo(
        user=user,
        token_digest=digest(token),
        email=user.email,
        factors=[_kept(factor) for factor in Authenticator.objects.filter(user=user).order_by("pk")],
        made_at=now,
        expires_at=now + VALID_FOR,
    )
    return Prepared(row, _link(token))


def links_of_former_mailboxes(*, user_id: UUID, now: datetime) -> dict[str, str]:
    """The addresses until a change of the last days, each with one more link to the state in which it was the address.

    Who lost the account with its address hears so of later changes too.
    """
    return {email: _linked_again(row) for email, row in _former(user_id, now).items()}


def former_mailboxes(*, user_id: UUID, now: datetime) -> list[str]:
    """The same addresses alone."""
    return list(_former(user_id, now))


def _former(user_id: UUID, now: datetime) -> dict[str, Undo]:
    """The earliest state in which each was the address."""
    living = Undo.objects.filter(user_id=user_id, expires_at__gt=now, ended_at=None)
    return {row.email: row for row in living.exclude(email=F("user__email")).order_by("-made_at", "-pk")}


def _linked_again(row: Undo) -> str:
    token = token_urlsafe(24)
    row.pk, row.token_digest = None, digest(token)
    row.save(force_insert=True)
    return _link(token)


def _link(token: str) -> str:
    return f"{settings.PUBLIC_URL}/undo/{token}"


def carry(request: HttpRequest, prepared: Prepared) -> None:
    """Let the mails that go out during this request have the link."""
    setattr(request, _PREPARED, prepared)


def carried(request: HttpRequest) -> Prepared | None:
    """What the request carries, if it may change anything."""
    prepared: Prepared | None = getattr(request, _PREPARED, None)
    return prepared


def digest(token: str) -> str:
    """What is stored of a link; it is random enough to need no salt."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def undo_of(token: str) -> Undo | None:
    """What a link leads to, with its account; None for one that was bent or whose time is long over."""
    return Undo.objects.select_related("user").filter(token_digest=digest(token)).first()


def is_open(row: Undo, *, now: datetime) -> bool:
    """Whether the link can still be used."""
    return row.ended_at is None and row.expires_at > now


@transaction.atomic
def undo(*, undo_id: int, now: datetime) -> bool:
    """Bring back the state; False when the link can't be used any more. Raises AddressTaken; then nothing is done."""
    named = Undo.objects.get(pk=undo_id)
    wait_for_address(named.email)
    unproved = unproved_users(email=named.email).exclude(pk=named.user_id)
    accounts = hold_accounts([named.user_id, *unproved.values_list("pk", flat=True)])
    user = next((one for one in accounts if one.pk == named.user_id), None)
    row = Undo.objects.filter(pk=undo_id).first()
    if user is None or row is None or not is_open(row, now=now):
        return False
    remove(unproved)
    replaced = user.email
    _restore_address(user, row.email)
    _restore_factors(user, row.factors)
    facts = {"email": row.email}
    announce(user_id=user.pk, kind="credentials_restored", facts=facts, also=[replaced], now=now)
    throw_out(user, now=now)
    Undo.objects.filter(user=user, made_at__gte=row.made_at, ended_at=None).exclude(pk=row.pk).update(ended_at=now)
    Undo.objects.filter(pk=row.pk).update(used_at=now, ended_at=now)
    return True


def throw_out(user: User, *, links: bool = True, now: datetime) -> None:
    """End every session and all that is under way, and perhaps links; the caller holds the account."""
    begin_review(user, now=now)
    user.credentials_epoch += 1
    user.links_epoch += links
    user.save(update_fields=["email", "credentials_epoch", "links_epoch", "recovered_at", "trusted_until"])
    Session.objects.filter(user=user).delete()


def forget_expired(*, now: datetime) -> None:
    """What no link brings back any more is not kept."""
    Undo.objects.filter(expires_at__lte=now - VALID_FOR).delete()


def _kept(factor: Authenticator) -> dict[str, Any]:
    used = factor.last_used_at
    return {
        "pk": factor.pk,
        "type": factor.type,
        "data": factor.data,
        "created_at": factor.created_at.isoformat(),
        "last_used_at": used.isoformat() if used else None,
    }


def _restore_address(user: User, email: str) -> None:
    """Raises AddressTaken."""
    elsewhere = EmailAddress.objects.filter(email=email, verified=True).exclude(user=user).exists()
    if elsewhere or User.objects.filter(email=email).exclude(pk=user.pk).exists():
        raise AddressTaken
    EmailAddress.objects.filter(user=user).exclude(email=email).delete()
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    user.email = email


def _restore_factors(user: User, kept: list[dict[str, Any]]) -> None:
    """What is still there stays as it is, with the codes that were used since."""
    there = Authenticator.objects.filter(user=user)
    there.exclude(pk__in=[factor["pk"] for factor in kept]).delete()
    standing = set(there.values_list("pk", flat=True))
    for factor in kept:
        if factor["pk"] not in standing:
            Authenticator.objects.create(
                user=user,
                type=factor["type"],
                data=factor["data"],
                created_at=parse_datetime(factor["created_at"]),
                last_used_at=parse_datetime(factor["last_used_at"]) if factor["last_used_at"] else None,
            )
