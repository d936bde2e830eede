"""The email of an invitation: queued in the database when someone is invited, sent by the first worker that gets to it.

The code is made when the mail goes out and only its hash is kept, so a second attempt brings a new one and the code of
the first is dead.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes
from textwrap import wrap
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from diary.access.refusals import refusal_link
from diary.limits.budgets import Budget, of_mailbox, spend
from diary.locks import claim_place
from diary.models import Caregiver
from diary.reaching.languages import language_at, language_of
from diary.reaching.mail_failures import MAIL_FAILURES, is_final
from diary.service_name import service_name

LEASE: Final = timedelta(minutes=1)
"""As long as sending may take; a mail whose sender died is due again after it."""
FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(hours=2)
AT_ONCE: Final = 200
TASK: Final = "diary.tasks.mail_invitation"
_OFFERS: Final[dict[str, Promise]] = {
    "alerts": _(
        "%(inviter)s keeps a symptom diary and invites you to get a message when it finds something a doctor should "
        "look at."
    ),
    "read": _(
        "%(inviter)s keeps a symptom diary and invites you to read it, and to get a message when it finds something a "
        "doctor should look at."
    ),
    "log": _(
        "%(inviter)s keeps a symptom diary and invites you to read it and write in it too, and to get a message when "
        "it finds something a doctor should look at."
    ),
}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation that is ours to send until the lease is over; in the guest's language, else the inviter's."""

    caregiver_id: UUID
    attempt: int
    email: str
    code: str
    inviter: str
    level: str
    expires_at: datetime
    language: str


def offer(level: str, *, inviter: str) -> str:
    """What someone is invited to, in the language that is active."""
    return str(_OFFERS[level]) % {"inviter": inviter}


def code_digest(code: str) -> str:
    """What is stored of an invitation's code; case, blanks and hyphens are how someone copied it."""
    return sha256("".join(filter(str.isalnum, code)).upper().encode()).hexdigest()


def nudge(caregiver_id: UUID) -> None:
    """Have the mail sent now. May get lost: the next sweep finds it owed."""
    try:
        current_app.send_task(TASK, args=[str(caregiver_id)], expires=60)
    except (OperationalError, RedisError, OSError) as error:
        _log.warning("nudge lost", task=TASK, id=str(caregiver_id), error=type(error).__name__)


def owed(*, now: datetime) -> list[UUID]:
    """The invitations whose mail is due, the longest due first."""
    due = Caregiver.objects.filter(mail_due_at__lte=now, expires_at__gt=now).order_by("mail_due_at")
    return list(due.values_list("id", flat=True)[:AT_ONCE])


def mail_invitation(*, caregiver_id: UUID, now: datetime) -> None:
    """Send one invitation, if it is due and no one else is at it."""
    letter = _claimed(caregiver_id, now)
    if letter is None:
        return
    spent = spend(Budget("mail"), of_mailbox("mail_mailbox", letter.email))
    if spent.wait > 0:  # it can wait
        _settle(letter, due=now + timedelta(seconds=spent.wait))
        return
    try:
        _mail(letter).send()
    except MAIL_FAILURES as error:
        _log.warning("invitation not sent", id=str(caregiver_id), error=type(error).__name__)
        _settle(letter, due=None if is_final(error) else now + _rest(letter.attempt))
    else:
        _settle(letter, due=None)


@transaction.atomic
def _claimed(caregiver_id: UUID, now: datetime) -> Letter | None:
    waiting = Caregiver.objects.filter(id=caregiver_id, mail_due_at__lte=now, expires_at__gt=now)
    place = claim_place(waiting.select_related("patient__user"))
    if place is None:
        return None
    code = "-".join(wrap(b32encode(token_bytes(20)).decode(), 4))  # 160 bits, to copy or to type
    place.token_digest = code_digest(code)
    place.mail_due_at = now + LEASE
    place.mail_attempts += 1
    place.save(update_fields=["token_digest", "mail_due_at", "mail_attempts"])
    inviter = place.patient.user
    return Letter(
        caregiver_id=place.id,
        attempt=place.mail_attempts,
        email=place.email,
        code=code,
        inviter=inviter.get_full_name(),
        level=place.level,
        expires_at=place.expires_at,
        language=language_at(email=place.email) or language_of(user_id=inviter.pk),
    )


def _settle(letter: Letter, *, due: datetime | None) -> None:
    """Unless someone else has taken over meanwhile, or the invitation was replaced or is over."""
    mine = Caregiver.objects.filter(id=letter.caregiver_id, token_digest=code_digest(letter.code))
    mine.update(mail_due_at=due)


def _rest(attempt: int) -> timedelta:
    doubled: timedelta = FIRST_REST * 2 ** min(attempt - 1, 10)
    return min(doubled, LONGEST_REST)


def _mail(letter: Letter) -> EmailMultiAlternatives:
    with translation.override(letter.language):
        subject, refuse = gettext("An invitation for you"), refusal_link(letter.caregiver_id)
        view = {
            "subject": subject,
            "offer": offer(letter.level, inviter=letter.inviter),
            "link": f"{settings.PUBLIC_URL}/invitations/{letter.code.replace('-', '')}",
            "code": letter.code,
            "expires_at": letter.expires_at,
            "refuse": refuse,
            "service": service_name(),
            "public_url": settings.PUBLIC_URL,
            "language": letter.language,
        }
        mail = EmailMultiAlternatives(
            subject,
            render_to_string("circle/invitation.txt", view).strip() + "\n",
            settings.DEFAULT_FROM_EMAIL,
            [letter.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{refuse}>",  # one click, without a question (RFC 8058)
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        mail.attach_alternative(render_to_string("circle/invitation.html", view), "text/html")
        return mail
