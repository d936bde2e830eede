"""The phone number of an account: asked for, proved by a code that is sent there, and only then used for alerts.

allauth has telephone numbers too, but there a number is someone's identity: unique, a way to sign in, and known to
have an account or not. Here it is nothing but a place to send to, and two people may share one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from diary.format.strict_json import FieldError, Invalid
from diary.limits.budgets import Budget, spend
from diary.locks import hold_account
from diary.models.phone import Phone as Row
from diary.models.phone import SentCode
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.reaching.endpoints import note_working
from diary.reaching.languages import language_of
from diary.reaching.notices import announce, shortened
from diary.reaching.sms import SmsError, SmsProvider, may_be_sent_to, plain, sms_provider
from diary.reaching.suspending import suspended

VALID_FOR: Final = timedelta(minutes=10)
ATTEMPTS: Final = 5
RESENT_AFTER: Final = timedelta(minutes=1)
"""Asked again sooner, the answer lost, no second code is sent."""
DAY: Final = timedelta(days=1)
MOST: Final = 5
"""Codes in a day, for one account and to one number: enough for typing errors, too few to annoy anyone with."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that is proved, and one that waits for its code until `code_expires_at`; each may be none.

    Nothing is sent to a `suspended` number until its owner confirms it (`diary.reaching.suspending`).
    """

    number: str | None
    verified_at: datetime | None
    asked_number: str | None
    code_expires_at: datetime | None
    suspended: bool


def read_phone(*, user_id: UUID, now: datetime) -> Phone:
    """The numbers of an account as they stand."""
    return _phone(Row.objects.filter(pk=user_id).first() or Row(pk=user_id), now)


def proved_number(*, user_id: UUID) -> str | None:
    """The number that the user has proved to be theirs; none while it is suspended."""
    return Row.objects.filter(pk=user_id).exclude(suspended("verified_at")).values_list("number", flat=True).first()


def ask_for_phone(*, user_id: UUID, number: str, network: str, now: datetime) -> Phone:
    """Send a code to the number (E.164), which proves it; the number so far stays until then.

    Nothing is sent for the number that is proved already, nor twice within a minute. To a number that others have had
    codes sent to all day no code goes either, which is said to no one. `network` is where it is asked from. Raises
    Problem 409 where no SMS can be sent, 429 after too many codes, 503 when the provider does not take it or they
    cannot be counted; Invalid for a number that nothing is sent to.
    """
    provider = sms_provider()
    if provider is None:
        raise no_sms()
    if not may_be_sent_to(number):
        raise Invalid(
            [FieldError("/number", "invalid_value", _("must be a number in a country that this service sends SMS to"))]
        )
    row, code = _asked(user_id, number, network, now)
    if code is not None:
        _send(provider, row, code)
    return _phone(row, now)


def prove_phone(*, user_id: UUID, code: str, now: datetime) -> Phone:
    """The number is theirs if the code is the one that was sent there. Raises Problem 403; a wrong one counts."""
    phone = _proved(user_id, code, now)
    if phone is None:
        raise wrong_code()
    return phone


@transaction.atomic
def _proved(user_id: UUID, code: str, now: datetime) -> Phone | None:
    row = Row.objects.select_for_update(no_key=True).filter(pk=user_id, asked_number__isnull=False).first()
    if row is None or row.code_sent_at is None or row.asked_number is None or row.code_digest is None:
        return None
    if now >= row.code_sent_at + VALID_FOR or row.attempts >= ATTEMPTS:
        return None
    if not constant_time_compare(row.code_digest, _digest(user_id, row.asked_number, code)):
        row.attempts += 1
        row.save(update_fields=["attempts"])
        return None
    row.number, row.verified_at = row.asked_number, now
    _forget_code(row)
    row.save()
    note_working(user_id=user_id, channel="sms", endpoint="", address=row.number, at=now)
    announce(user_id=user_id, kind="phone_added", facts={"number": shortened(row.number)}, now=now)
    return _phone(row, now)


def confirm_phone(*, user_id: UUID, now: datetime) -> None:
    """Its owner says that it is theirs."""
    Row.objects.filter(pk=user_id).update(confirmed_at=now)


@transaction.atomic
def remove_phone(*, user_id: UUID) -> None:
    """No alert goes there any more. How many codes were sent stays counted."""
    row = Row.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if row is not None:
        row.number = row.verified_at = None
        _forget_code(row)
        row.save()


@transaction.atomic
def _asked(user_id: UUID, number: str, network: str, now: datetime) -> tuple[Row, str | None]:
    """The wish as it is then, and the code that is to be sent, if one is."""
    if hold_account(user_id) is None:  # one wish after another
        raise not_found()
    row = Row.objects.select_for_update(no_key=True).filter(pk=user_id).first() or Row(pk=user_id)
    young = row.code_sent_at is not None and now < row.code_sent_at + RESENT_AFTER and row.attempts < ATTEMPTS
    if (row.number == number and proved_number(user_id=user_id)) or (young and row.asked_number == number):
        return row, None
    _count(row, now)
    _spend(network)
    code = f"{randbelow(1_000_000):06}"
    row.asked_number, row.code_digest = number, _digest(user_id, number, code)
    row.code_sent_at, row.attempts = now, 0
    row.save()
    return row, code if _is_left_in_peace(number, now) else None


def _count(row: Row, now: datetime) -> None:
    """One more code of the account. Raises Problem 429 when it had as many within a day as it may."""
    if row.codes_since is None or now >= row.codes_since + DAY:
        row.codes_since, row.codes_sent = now, 0
    if row.codes_sent >= MOST:
        raise too_many_codes((row.codes_since + DAY - now).total_seconds())
    row.codes_sent += 1


def _spend(network: str) -> None:
    """One more SMS of the network and of the whole service. Raises Problem 429, and 503 while no one counts: it costs
    money, and can wait.
    """
    spent = spend(Budget("sms"), Budget("sms_network", network))
    if not spent.counted:
        raise not_sent()
    if spent.wait > 0:
        raise too_many_codes(spent.wait)


def _is_left_in_peace(number: str, now: datetime) -> bool:
    """Whether the number may get one more code, which is counted then; two accounts that ask at once take turns."""
    digest = salted_hmac("diary.reaching.phones.number", number, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [digest])
    SentCode.objects.filter(at__lte=now - DAY).delete()
    if SentCode.objects.filter(number_digest=digest).count() >= MOST:
        return False
    SentCode.objects.create(number_digest=digest, at=now)
    return True


def _send(provider: SmsProvider, row: Row, code: str) -> None:
    with override(language_of(user_id=row.pk)):
        text = gettext("%(code)s is your code for %(host)s. If you didn't ask for it, ignore this message.") % {
            "code": code,
            "host": urlsplit(settings.PUBLIC_URL).hostname,
        }
    try:
        provider.send(number=row.asked_number or "", text=plain(text))
    except SmsError as error:
        _log.warning("code not sent", user=str(row.pk), error=error.detail)
        Row.objects.filter(pk=row.pk, code_digest=row.code_digest).update(
            asked_number=None, code_digest=None, code_sent_at=None
        )
        if error.permanent:
            raise Invalid(
                [FieldError("/number", "invalid_value", _("must be a number that can receive SMS"))]
            ) from error
        raise not_sent() from error


def too_many_codes(wait: float) -> Problem:
    """The answer to asking for a code `wait` seconds too soon."""
    return Problem(
        ProblemType.TOO_MANY_CODES,
        _("You have asked for too many codes today. Try again later."),
        retry_after=wait,
    )


def no_sms() -> Problem:
    """The answer where no provider is set up."""
    return Problem(ProblemType.SMS_UNAVAILABLE, _("This service sends no SMS."))


def not_sent() -> Problem:
    """The answer while the provider is away."""
    return Problem(
        ProblemType.SMS_NOT_SENT,
        _("The SMS with the code could not be sent. Try again in a minute."),
        retry_after=60,
    )


def wrong_code() -> Problem:
    """The same answer for a code that was never sent, has expired or was guessed too often."""
    return Problem(ProblemType.WRONG_CODE, _("The code is wrong or has expired."))


def _forget_code(row: Row) -> None:
    row.asked_number = row.code_digest = row.code_sent_at = None
    row.attempts = 0


def _digest(user_id: UUID, number: str, code: str) -> str:
    return salted_hmac(
        "diary.reaching.phones.code", f"{user_id}:{number}:{code.strip()}", algorithm="sha256"
    ).hexdigest()


def _phone(row: Row, now: datetime) -> Phone:
    expires = None if row.code_sent_at is None else row.code_sent_at + VALID_FOR
    waiting = expires is not None and now < expires
    return Phone(
        number=row.number,
        verified_at=row.verified_at,
        asked_number=row.asked_number if waiting else None,
        code_expires_at=expires if waiting else None,
        suspended=row.number is not None and proved_number(user_id=row.pk) is None,
    )
