"""A second factor that is lost, or someone else's: the operator takes it off once the owner had time to object.

Whoever can convince an operator could do so for a stranger's account too. So every mailbox and device hears of it when
it is asked for and when it is done; a mailed link stops it, and another one brings the factors back.
"""

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

import structlog
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from diary.format.normal_form import normal_email
from diary.identity.flows.undoing import digest, former_mailboxes, prepare, throw_out
from diary.locks import hold_account
from diary.models.user import User
from diary.models.way_back import FactorRemoval
from diary.reaching.notices import announce

_log: Final = structlog.get_logger(__name__)


class NothingToRemove(Exception):
    """There is no such account, it has no second factors, or they are about to be removed already."""


def waiting() -> QuerySet[FactorRemoval]:
    """What was asked for and is neither done nor stopped, the first due first."""
    return FactorRemoval.objects.filter(done_at=None, cancelled_at=None).select_related("user").order_by("due_at")


@transaction.atomic
def ask_for_removal(*, email: str, now: datetime) -> FactorRemoval:
    """Announce it to every mailbox and device; done once the owner has had time to object. Raises NothingToRemove."""
    named = User.objects.filter(email=normal_email(email), is_active=True).first()
    user = hold_account(named.pk) if named else None
    if user is None or not Authenticator.objects.filter(user=user).exists():
        raise NothingToRemove
    token, due = token_urlsafe(24), now + timedelta(days=settings.FACTOR_REMOVAL_DAYS)
    try:
        with transaction.atomic():
            removal = FactorRemoval.objects.create(user=user, token_digest=digest(token), asked_at=now, due_at=due)
    except IntegrityError as error:
        raise NothingToRemove from error
    facts, link = {"due": due.date().isoformat()}, f"{settings.PUBLIC_URL}/keep/{token}"
    also = former_mailboxes(user_id=user.pk, now=now)
    announce(user_id=user.pk, kind="factor_removal_asked", facts=facts, link=link, also=also, now=now)
    return removal


def removal_of(token: str) -> FactorRemoval | None:
    """What a link is about."""
    return FactorRemoval.objects.filter(token_digest=digest(token)).first()


def keep_factors(removals: QuerySet[FactorRemoval], *, now: datetime) -> int:
    """Stop those that are not done; gives how many were stopped now."""
    return removals.filter(done_at=None, cancelled_at=None).update(cancelled_at=now)


def remove_due(*, now: datetime) -> None:
    """Take the factors off every account whose time is up."""
    for removal in waiting().filter(due_at__lte=now):
        _remove(removal, now)


@transaction.atomic
def _remove(removal: FactorRemoval, now: datetime) -> None:
    user = hold_account(removal.user_id)
    if user is None or not waiting().filter(pk=removal.pk, due_at__lte=now).exists():
        return
    FactorRemoval.objects.filter(pk=removal.pk).update(done_at=now)
    prepared = prepare(user, now=now)
    prepared.row.save()
    Authenticator.objects.filter(user=user).delete()
    also = former_mailboxes(user_id=user.pk, now=now)
    announce(user_id=user.pk, kind="factors_removed", link=prepared.link, also=also, now=now)
    throw_out(user, links=False, now=now)
    _log.info("second factors removed", user=str(user.pk), removal=str(removal.pk))
