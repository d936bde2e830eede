"""The letter about an alert to one person: what was noted, the one thing to do, and why they get it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.links import alert_link, unsubscribe_link
from alerts.messages.countries import Place
from alerts.messages.kinds_of_mail import kind_of_mail
from alerts.messages.message import Message
from alerts.messages.wording import alert_wording
from alerts.rules.tiers import Tier

SUBJECTS: Final[Mapping[str, Promise]] = {
    "emergency": gettext_lazy("Please read this now"),
    "urgent": gettext_lazy("Please read this today"),
    "see_doctor": gettext_lazy("A message from your diary"),
    "reminder": gettext_lazy("A reminder of an earlier message"),
    "withdrawn": gettext_lazy("A correction to an earlier message"),
}
"""What a lock screen may show: neither whose diary it is nor what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """All that a letter says. `days` are those the alert rests on, None for a reader who may not see the diary.

    `place` is where the patient is. `whose` is the patient's name in a letter to somebody else, None in the patient's
    own. `first_told_on` is the reader's date on which the alert was first told to anybody; a reminder names it.
    `others` are the names of who is told beside the patient, in the patient's own letter.
    """

    delivery: UUID
    alert: UUID
    patient: UUID
    kind: str
    created_at: datetime
    rule: str
    tier: Tier
    last_day: date
    days: int | None
    place: Place
    whose: str | None
    language: str
    first_told_on: date
    others: tuple[str, ...] = ()


def letter(telling: Telling) -> Message:
    """The letter, in the language of the telling."""
    with translation.override(telling.language):
        view = _view(telling)
        template = "withdrawn" if telling.kind == "withdrawn" else "alert"
        return Message(
            reference=str(telling.delivery),
            language=telling.language,
            subject=view["subject"],
            text=render_to_string(f"alerts/{template}.txt", view).strip() + "\n",
            html=render_to_string(f"alerts/{template}.html", view),
            link=view["link"],
            unsubscribe=view["unsubscribe"],
            kind=telling.kind,
            pressing=telling.tier.is_pressing and telling.kind != "withdrawn",
            alert=telling.alert,
            patient=telling.patient,
            created_at=telling.created_at,
        )


def _view(telling: Telling) -> dict[str, Any]:
    stop = unsubscribe_link(telling.delivery, telling.tier)
    words = alert_wording(
        rule=telling.rule,
        tier=telling.tier,
        last_day=telling.last_day,
        place=telling.place,
        whose=telling.whose,
    )
    return {
        "subject": _subject(telling),
        "language": telling.language,
        "words": words,
        "tier": telling.tier.value,
        "whose": telling.whose,
        "days": telling.days,
        "unanswered_since": _unanswered_since(telling),
        "others": ", ".join(telling.others),
        "because": because(telling.whose),
        "link": alert_link(telling.delivery),
        "unsubscribe": None if telling.tier.is_pressing else stop,
        "other_ways": stop if telling.tier.is_pressing else None,
        "ends": kind_of_mail(telling.tier, whose=telling.whose),
    }


def _subject(telling: Telling) -> str:
    if telling.kind == "withdrawn" or (telling.kind == "reminder" and not telling.tier.is_pressing):
        return str(SUBJECTS[telling.kind])
    return str(SUBJECTS[telling.tier])


def _unanswered_since(telling: Telling) -> str | None:
    """The day of the first telling, in a letter that is sent since nobody answered it."""
    if telling.kind not in ("reminder", "escalated"):
        return None
    return date_format(telling.first_told_on, "DATE_FORMAT")


def because(whose: str | None) -> str:
    """Why somebody is told: about their own diary, or with `whose` about that person's."""
    if whose is None:
        return _("You get this because you keep a symptom diary with us.")
    return _("You get this because %(name)s asked you to look out for them.") % {"name": whose}
