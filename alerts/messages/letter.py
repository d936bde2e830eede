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
from alerts.messages.message import Message
from alerts.messages.wording import alert_wording
from alerts.rules.tiers import Tier

SUBJECTS: Final[Mapping[str, Promise]] = {
    "emergency": gettext_lazy("Please read this now"),
    "urgent": gettext_lazy("Please read this today"),
    "see_doctor": gettext_lazy("A message from your diary"),
    "withdrawn": gettext_lazy("A correction to an earlier message"),
}
"""What a lock screen may show: neither whose diary it is nor what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """All that a letter says. `days` are those the alert rests on, None for a reader who may not see the diary.

    `whose` is the patient's name in a letter to somebody else, None in the patient's own.
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
    region: str | None
    whose: str | None
    language: str


def letter(telling: Telling) -> Message:
    """The letter, in the language of the telling."""
    with translation.override(telling.language):
        withdrawn = telling.kind == "withdrawn"
        template = "withdrawn" if withdrawn else "alert"
        subject = str(SUBJECTS["withdrawn" if withdrawn else telling.tier])
        view = {**_view(telling), "subject": subject, "language": telling.language}
        return Message(
            reference=str(telling.delivery),
            language=telling.language,
            subject=subject,
            text=render_to_string(f"alerts/{template}.txt", view).strip() + "\n",
            html=render_to_string(f"alerts/{template}.html", view),
            link=alert_link(telling.delivery),
            unsubscribe=unsubscribe_link(telling.delivery, telling.tier),
            kind=telling.kind,
            pressing=telling.tier in (Tier.EMERGENCY, Tier.URGENT) and not withdrawn,
            alert=telling.alert,
            patient=telling.patient,
            created_at=telling.created_at,
        )


def _view(telling: Telling) -> dict[str, Any]:
    words = alert_wording(
        rule=telling.rule,
        tier=telling.tier,
        last_day=telling.last_day,
        region=telling.region,
        whose=telling.whose,
    )
    return {
        "words": words,
        "tier": telling.tier.value,
        "whose": telling.whose,
        "days": telling.days,
        "last_day": date_format(telling.last_day, "j F Y"),
        "because": _because(telling.whose),
    }


def _because(whose: str | None) -> str:
    if whose is None:
        return _("You get this because you keep a symptom diary with us.")
    return _("You get this because %(name)s asked you to look out for them.") % {"name": whose}
