"""Erasing an account: confirmed by a code, then done completely in one transaction.

The first time mails a code to the account's own address, the second time brings it back. What stays is the access log
under pseudonyms that lead nowhere, and in other people's circles an empty place with the dates of its consent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.core.internal.cryptokit import generate_user_code
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from diary.access.log import Line, note
from diary.identity.mails import mail_of
from diary.limits.budgets import Budget, spend
from diary.locks import hold_account, hold_account_to_remove, hold_accounts, hold_diaries, hold_places
from diary.measures import ERASURES
from diary.models import (
    Caregiver,
    ConsentRecord,
    Entry,
    ErasureRequest,
    Event,
    Patient,
    Preferences,
    ReminderPlan,
    Treatment,
    User,
)
from diary.problems import not_found, too_many
from diary.reaching.languages import language_of
from diary.reaching.mail_failures import MAIL_FAILURES
from diary.screening_port import screening
from diary.unsubscribed_port import stopped_mails

VALID_FOR: Final = timedelta(minutes=15)
ATTEMPTS: Final = 5
RESENT_AFTER: Final = timedelta(minutes=1)
"""A first call that is repeated sooner, its answer lost, sends no second mail."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose account, and through which session."""

    user_id: UUID
    session_digest: str


def request_erasure(*, asker: Asker, now: datetime) -> datetime:
    """Mail a code to the account's address; gives until when it is good. Any code before it is dead.

    Raises one of MAIL_FAILURES when the mail cannot be sent, Problem 429 after too many; then nothing was asked.
    """
    expires_at = now + VALID_FOR
    with transaction.atomic():
        user = hold_account(asker.user_id)
        if user is None:
            raise not_found()
        standing = _good_requests(user.pk, now).filter(session_digest=asker.session_digest).first()
        if standing and standing.expires_at > expires_at - RESENT_AFTER:
            return standing.expires_at
        if (wait := spend(Budget("mail_account", str(user.pk))).wait) > 0:
            raise too_many(wait)
        code = generate_user_code(length=8)
        ErasureRequest.objects.update_or_create(
            user=user,
            defaults={
                "code_digest": _digest(user.pk, code),
                "session_digest": asker.session_digest,
                "credentials_epoch": user.credentials_epoch,
                "sent_to": user.email,
                "expires_at": expires_at,
                "attempts": 0,
            },
        )
    try:
        _mail(user, code).send()
    except MAIL_FAILURES:
        ErasureRequest.objects.filter(user=user, code_digest=_digest(user.pk, code)).delete()
        raise
    return expires_at


def asked_already(*, asker: Asker, now: datetime) -> bool:
    """Whether this very session has asked, and its code is still good: who it is was proved then."""
    return _good_requests(asker.user_id, now).filter(session_digest=asker.session_digest).exists()


def confirm_erasure(*, user_id: UUID, code: str, now: datetime) -> bool:
    """Erase the account if the code is the one that was mailed; says whether it was. A wrong one counts."""
    with transaction.atomic():
        hold_account(user_id)
        request = _good_requests(user_id, now).select_for_update(no_key=True, of=("self",)).first()
        if request is None:
            return False
        if constant_time_compare(request.code_digest, _digest(user_id, code)):
            erase(user_id=user_id, now=now)
            return True
        request.attempts += 1
        request.save(update_fields=["attempts"])
        return False


def _good_requests(user_id: UUID, now: datetime) -> QuerySet[ErasureRequest]:
    """The account's request, unless it is old or tried too often, or password, address or factors changed since."""
    standing = ErasureRequest.objects.filter(user_id=user_id, expires_at__gt=now, attempts__lt=ATTEMPTS)
    return standing.filter(user__credentials_epoch=F("credentials_epoch"), user__email=F("sent_to"))


@transaction.atomic
def erase(*, user_id: UUID, now: datetime) -> None:
    """Remove the account and everything about it, in one transaction.

    1. Wait for whoever is writing in these diaries, and let no one begin. 2. Leave the circles of others, and take the
    name off what was written in their diaries. 3. Remove diary and account with all that hangs on them. 4. Have the
    database take what is gone out of the access log and the history of consent. Raises Problem 404 for an account that
    is gone.
    """
    listing_it = stopped_mails().unsubscribers(patient_id=patient_id) if (patient_id := _diary_of(user_id)) else []
    user = next((one for one in hold_accounts([user_id, *listing_it]) if one.pk == user_id), None)
    if user is None:
        raise not_found()
    theirs = list(Caregiver.objects.filter(user_id=user_id).values_list("patient_id", flat=True).distinct())
    diaries = hold_diaries(Patient.objects.filter(Q(user=user) | Q(pk__in=theirs)))
    patient = next((diary for diary in diaries if diary.user_id == user_id), None)
    if patient is not None:
        screening().hold_alerts(patient_id=patient.pk)
    ReminderPlan.objects.filter(pk=user_id).delete()  # whoever was about to remind them has
    hold_account_to_remove(user_id)  # whoever was about to refer to it has, and no one will
    _leave_circles(user_id, now)
    for model in (Entry, Treatment, Event):
        model.objects.filter(patient_id__in=theirs, recorded_by_id=user_id).update(recorded_by=None)
    _empty_places(user_id)
    patient_id = patient.pk if patient else None
    if patient is not None:
        # Whoever stopped mails about it finds a shorter list in their preferences.
        Preferences.objects.filter(user__in=listing_it).update(version=F("version") + 1)
        patient.delete()
    user.delete()
    transaction.on_commit(ERASURES.inc)
    with connection.cursor() as cursor:  # last: the database forgets only what is not there any more
        cursor.execute("SELECT diary_forget(%s::uuid, %s::uuid, %s::uuid[])", [user_id, patient_id, theirs])


def _diary_of(user_id: UUID) -> UUID | None:
    return Patient.objects.filter(user_id=user_id).values_list("pk", flat=True).first()


def _leave_circles(user_id: UUID, now: datetime) -> None:
    for place in hold_places(Caregiver.objects.filter(user_id=user_id, state="accepted")):
        ConsentRecord.objects.create(
            patient_id=place.patient_id, caregiver=place, actor_id=user_id, action="left", level=place.level, at=now
        )
        note(Line("left", "caregiver", place.pk), patient_id=place.patient_id, actor_id=user_id, at=now)
        place.state, place.ended_at = "ended", now
        place.version += 1
        place.save(update_fields=["state", "ended_at", "version"])


def _empty_places(user_id: UUID) -> None:
    """The history of consent in someone else's diary is theirs; who it was about is not told any more."""
    Caregiver.objects.filter(user_id=user_id, state="ended").update(user=None, email="")


def _digest(user_id: UUID, code: str) -> str:
    plain = "".join(filter(str.isalnum, code)).upper()  # blanks, hyphens and case are how someone copied it
    return salted_hmac("diary.account.erase", f"{user_id}:{plain}", algorithm="sha256").hexdigest()


def _mail(user: User, code: str) -> EmailMultiAlternatives:
    with translation.override(language_of(user_id=user.pk)):
        view = {
            "subject": gettext("Your code to erase your account"),
            "before": gettext("Enter this code to permanently erase your account and your whole diary:"),
            "code": code,
            "after": gettext(
                "This can't be undone. If you didn't ask for this, don't give the code to anyone, and reset your "
                "password now: someone else has signed in to your account."
            ),
        }
        return mail_of(view, to=[user.email])
