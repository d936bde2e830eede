"""What support can do about an account. Each act and the lines about it are one transaction, or neither happens.

Pages and commands call these and nothing else. What a stranger could talk support into is what the owner hears of and
can object to: a second factor goes after the waiting time only, and no one here can shorten it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from alerts.delivery.endpoint_states import mark_endpoint
from alerts.delivery.try_again import try_again
from diary.access.log import Line
from diary.access.resend import resend_invitation
from diary.access.support_log import Acting, log_act, log_look, log_search
from diary.account.erase import erase
from diary.account.erased_mail import mail_once_erased
from diary.format.normal_form import normal_email
from diary.identity.factors.lost_factors import NothingToRemove, ask_for_removal, keep_factors, waiting
from diary.identity.provisioning import sign_out_everywhere
from diary.models import Patient, User
from support.states import states_of
from support.tables import Table, moment


class NotDone(Exception):
    """Nothing was changed; the message says why, to whoever acts."""


@dataclass(frozen=True, slots=True)
class Found:
    """The account of a search, and the number of the line that the search left; None for no account."""

    line: int
    user: User | None


@transaction.atomic
def search(acting: Acting, *, address: str, now: datetime) -> Found:
    """The account with exactly this address, in any spelling of it. That someone searched is logged either way."""
    user = User.objects.filter(email=normal_email(address)).first() if "\0" not in address else None
    return Found(log_search(acting, account=user.pk if user else None, at=now), user)


@transaction.atomic
def look(acting: Acting, user: User, *, now: datetime) -> list[Table]:
    """The states of an account, noted before they are shown."""
    log_look(acting, account=user.pk, at=now)
    return states_of(user, now=now)


DONE: Final[Mapping[str, str]] = {
    "sign-out": "Every phone and browser is signed out, and links in messages no longer work.",
    "remove-second-factor": (
        "Every mailbox and device has been notified. "
        "The second factors go after the waiting time, unless the owner stops it."
    ),
    "keep-second-factor": "Stopped: the account keeps its second factors.",
    "resend-invitation": "The invitation is mailed again, with a new code; the earlier one no longer works.",
    "retry-deliveries": "What failed or waited is tried again now.",
    "mark-works": "Noted that it works: messages go there again.",
    "mark-dead": "Noted that it reaches no one.",
    "erase": "The account and everything about it are erased. A mail to its address says so.",
}
"""What is said of each act once it is done, where its own words are not at hand."""


def act(acting: Acting, user: User, *, name: str, subject: str, now: datetime) -> str:
    """Do what `name` says about an account; gives what was done, in words. Raises NotDone."""
    if name not in ACTS:
        raise NotDone("There is no such act.")
    with transaction.atomic():
        return ACTS[name](acting, user, subject, now)


def _sign_out(acting: Acting, user: User, _subject: str, now: datetime) -> str:
    log_act(acting, "signed_out", Line("revoked", "sessions"), account=user.pk, at=now)
    sign_out_everywhere(user=user, now=now)
    return DONE["sign-out"]


def _remove_second_factor(acting: Acting, user: User, _subject: str, now: datetime) -> str:
    try:
        removal = ask_for_removal(email=user.email, now=now)
    except NothingToRemove as error:
        raise NotDone("The account has no second factors, or their removal is already pending.") from error
    log_act(acting, "factor_removal_asked", Line("written", "second-factors"), account=user.pk, at=now)
    return (
        "Every mailbox and device of the account has been notified. The second factors will be removed on "
        f"{moment(removal.due_at)}, unless the owner stops it."
    )


def _keep_second_factor(acting: Acting, user: User, _subject: str, now: datetime) -> str:
    if not keep_factors(waiting().filter(user=user), now=now):
        raise NotDone("No removal is pending for this account.")
    log_act(acting, "factors_kept", Line("written", "second-factors"), account=user.pk, at=now)
    return DONE["keep-second-factor"]


def _resend_invitation(acting: Acting, user: User, subject: str, now: datetime) -> str:
    patient_id, place = _diary_of(user), _uuid(subject)
    if place is None or not resend_invitation(patient_id=patient_id, caregiver_id=place, now=now):
        raise NotDone("There is no such invitation, or it was accepted, has ended or is refused.")
    line = Line("invited", "caregiver", place)
    log_act(acting, "invitation_resent", line, account=user.pk, subject=place, at=now)
    return DONE["resend-invitation"]


def _retry_deliveries(acting: Acting, user: User, _subject: str, now: datetime) -> str:
    count = try_again(patient_id=_diary_of(user), now=now)
    log_act(acting, "deliveries_retried", Line("written", "messages"), account=user.pk, at=now)
    return f"Messages tried again now: {count}."


def _mark(acting: Acting, user: User, place: str, now: datetime, *, works: bool) -> str:
    channel, _, endpoint_id = place.partition(":")
    if not mark_endpoint(user_id=user.pk, channel=channel, endpoint_id=endpoint_id, works=works, now=now):
        raise NotDone("The account has no such place in use.")
    log_act(acting, "endpoint_marked", Line("written", "places"), account=user.pk, at=now)
    return DONE["mark-works" if works else "mark-dead"]


def _mark_works(acting: Acting, user: User, subject: str, now: datetime) -> str:
    return _mark(acting, user, subject, now, works=True)


def _mark_dead(acting: Acting, user: User, subject: str, now: datetime) -> str:
    return _mark(acting, user, subject, now, works=False)


def _erase(acting: Acting, user: User, typed: str, now: datetime) -> str:
    if normal_email(typed) != user.email:
        raise NotDone("Nothing was erased: type the address of the account to confirm.")
    log_act(acting, "erased", Line("deleted", "account"), account=user.pk, at=now)
    mail_once_erased(user)
    erase(user_id=user.pk, now=now)
    return DONE["erase"]


ACTS: Final[Mapping[str, Callable[[Acting, User, str, datetime], str]]] = {
    "sign-out": _sign_out,
    "remove-second-factor": _remove_second_factor,
    "keep-second-factor": _keep_second_factor,
    "resend-invitation": _resend_invitation,
    "retry-deliveries": _retry_deliveries,
    "mark-works": _mark_works,
    "mark-dead": _mark_dead,
    "erase": _erase,
}
"""By the name that forms and commands call it."""


def _diary_of(user: User) -> UUID:
    patient_id: UUID | None = Patient.objects.filter(user=user).values_list("pk", flat=True).first()
    if patient_id is None:
        raise NotDone("The account has no diary.")
    return patient_id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
