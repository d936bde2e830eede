"""The letter about alerts to one person: what was noted, the one thing to do, and why they get it."""

from collections.abc import Mapping
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.messages.bodies import body_of
from alerts.messages.kinds_of_mail import kind_of_mail
from alerts.messages.links import alert_link, unsubscribe_link
from alerts.messages.message import Message
from alerts.messages.telling import About, Telling
from alerts.messages.wording import Wording, alert_wording

SUBJECTS: Final[Mapping[str, Promise]] = {
    "emergency": gettext_lazy("Please read this now"),
    "urgent": gettext_lazy("Please read this today"),
    "see_doctor": gettext_lazy("A message from your diary"),
    "check_up": gettext_lazy("A message from your diary"),
    "reminder": gettext_lazy("A reminder of an earlier message"),
    "acknowledged": gettext_lazy("Someone is helping"),
    "question": gettext_lazy("A question about an earlier message"),
    "outcome": gettext_lazy("Please check what was noted"),
    "withdrawn": gettext_lazy("A correction to an earlier message"),
}
"""What a lock screen may show: neither whose diary it is nor what it is about."""
OF_THEIR_OWN: Final = frozenset({"acknowledged", "question", "outcome", "withdrawn"})
"""The kinds of message that are not the alert itself: a subject of their own, and no one is woken by most."""


def letter(telling: Telling) -> Message:
    """The letter, in the language of the telling."""
    with translation.override(telling.language):
        words = [words_about(about, telling.whose) for about in telling.about]
        subject = _subject(telling)
        stop = unsubscribe_link(telling.delivery, telling.lead.tier, telling.links_epoch)
        unsubscribe = None if telling.lead.tier.is_pressing else stop
        view: dict[str, Any] = {
            "subject": subject,
            "language": telling.language,
            "body": body_of(telling, words),
            "because": because(telling.whose),
            "unsubscribe": unsubscribe,
            "other_ways": stop if telling.lead.tier.is_pressing else None,
            "ends": kind_of_mail(telling.lead.tier, whose=telling.whose),
        }
        return Message(
            reference=str(telling.delivery),
            language=telling.language,
            subject=subject,
            text=render_to_string("alerts/letter.txt", view).strip() + "\n",
            html=render_to_string("alerts/letter.html", view),
            link=alert_link(telling.delivery, telling.links_epoch),
            unsubscribe=unsubscribe,
            kind=telling.kind,
            pressing=telling.lead.tier.is_pressing and telling.kind not in OF_THEIR_OWN,
            tier=None if telling.kind in OF_THEIR_OWN else telling.lead.tier,
            alerts=tuple(about.alert for about in telling.about),
            patient=telling.patient,
            created_at=telling.created_at,
        )


def words_about(about: About, whose: str | None) -> Wording:
    """One alert in words."""
    return alert_wording(rule=about.rule, tier=about.tier, last_day=about.last_day, place=about.place, whose=whose)


def _subject(telling: Telling) -> str:
    tier = telling.lead.tier
    if telling.kind in OF_THEIR_OWN or (telling.kind == "reminder" and not tier.is_pressing):
        return str(SUBJECTS[telling.kind])
    return str(SUBJECTS[tier])


def because(whose: str | None) -> str:
    """Why someone is told: about their own diary, or with `whose` about that person's."""
    if whose is None:
        return _("You're getting this because you keep a symptom diary with us.")
    return _("You're getting this because %(name)s asked us to tell you.") % {"name": whose}
