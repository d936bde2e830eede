"""Explicit consent to the processing of health data, and the age from which someone can give it (GDPR, 7 to 9).

The app shows the text of the current version and sends what the person said. Nothing waits for it: entries are stored
and danger signs are told whether or not consent is due.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from diary.format.sentences import Sentence
from diary.format.strict_json import FieldError
from diary.locks import hold_account
from diary.models.health_consent import HealthConsent
from diary.models.patient import Patient
from diary.problems import not_found

VERSION: Final = "1"
"""Of TEXT. A change of what it says is a new version, and everyone's consent is due again."""
TEXT: Final = gettext_lazy(
    "I agree that this service stores the health data that I record (such as pain, symptoms, treatments, weight and "
    "notes) and looks through it for danger signs, in order to advise me, and to tell the people I choose, when a "
    "doctor should look at it. It makes no diagnosis and is not an emergency service. My consent is voluntary. I can "
    "withdraw it at any time, with effect from then on, and I can take all my data with me or erase my account."
)
ANYWHERE: Final = "*"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What someone says: that they consent to the text of `version`, and are `age_at_least` years old or more."""

    version: str
    age_at_least: int
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of everyone now, with the minimum age of `region`; `text` in the language that is active."""

    version: str
    text: str
    minimum_age: int
    region: str | None


def minimum_age(region: str | None) -> int:
    """In years. Of a region that is not named, and of none, it is that of all others."""
    ages: dict[str, int] = settings.MINIMUM_AGES
    return ages.get(region or ANYWHERE, ages[ANYWHERE])


def asked(*, region: str | None, language: str) -> Asked:
    """What an app shows before it asks for consent."""
    with translation.override(language):
        return Asked(VERSION, str(TEXT), minimum_age(region), region)


def faults(said: Declaration) -> list[FieldError]:
    """What is wrong with it, by the field's name."""
    least, wrong = minimum_age(said.region), []
    if said.version != VERSION:
        wrong.append(
            FieldError("version", "outdated", Sentence(_("must be the current version, {version}"), version=VERSION))
        )
    if said.age_at_least < least:
        wrong.append(FieldError("age_at_least", "too_young", Sentence(_("must be at least {years} here"), years=least)))
    return wrong


def standing(*, user_id: UUID) -> HealthConsent | None:
    """The consent that holds: the newest line, unless that is a withdrawal."""
    newest = HealthConsent.objects.filter(user_id=user_id).order_by("-at", "-id").first()
    return newest if newest is not None and newest.given else None


def is_due(given: HealthConsent | None) -> bool:
    """Whether the app should ask: nothing was given yet, or to another text."""
    return given is None or given.version != VERSION


@transaction.atomic
def give(*, user_id: UUID, said: Declaration, now: datetime) -> HealthConsent:
    """Keep what someone said; the same again changes nothing. Raises Problem 404 for an account that is gone."""
    if hold_account(user_id) is None:
        raise not_found()
    before = standing(user_id=user_id)
    if before is not None and said == Declaration(before.version, before.age_at_least or 0, before.region):
        return before
    return HealthConsent.objects.create(
        user_id=user_id, given=True, version=said.version, age_at_least=said.age_at_least, region=said.region, at=now
    )


@transaction.atomic
def withdraw(*, user_id: UUID, now: datetime) -> None:
    """Keep that someone withdrew; again changes nothing. What is stored goes only with the account."""
    if hold_account(user_id) is None:
        raise not_found()
    before = standing(user_id=user_id)
    if before is not None:
        HealthConsent.objects.create(user_id=user_id, given=False, version=before.version, at=now)


def region_of(*, user_id: UUID) -> str | None:
    """The region of the person's profile."""
    return Patient.objects.filter(user_id=user_id).values_list("region", flat=True).first()
