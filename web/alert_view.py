"""What a page about alerts shows: who did what and when, and what the reader can say now; and what they said."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple, cast, get_args

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.acting.acknowledge import TAKEN_BACK_WITHIN
from alerts.acting.answers import Act, Opened
from alerts.followed import ShownResponse
from alerts.messages.letter import because
from alerts.messages.responses import Did, Who, moment, said
from alerts.models.alert import ASSESSED
from alerts.rules.tiers import Tier
from alerts.showing.shapes import ShownAlert

LONGEST_NOTE: Final = 500
_ACTS: Final = frozenset(word for choice in get_args(Act) for word in get_args(choice))
_CONFIRMED: Final = frozenset({*ASSESSED, "did_not_go"})
"""What the doctor said is asked once more before it is stored: it quietens the diary."""


class Said(NamedTuple):
    """What the reader tapped, None for nothing that can be said; and the note to the others."""

    what: Act | None
    to_be_confirmed: bool
    words: str | None


def said_in(request: HttpRequest) -> Said:
    """What a form of the page says."""
    what = request.POST.get("do", "")
    words = request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE] or None
    asked = what in _CONFIRMED and request.POST.get("confirmed") != "yes"
    return Said(cast("Act", what) if what in _ACTS else None, asked, words)


class Done(NamedTuple):
    """One line of what was done: who and what, when by the reader's clock, and the note to the others."""

    said: str
    at: str
    note: str | None


class Choice(NamedTuple):
    """One answer to what the doctor said: what the form sends, and how it reads."""

    word: str
    label: str


def alert_view(opened: Opened, *, say: str, doctor: str, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """The values of the page, in the language that is active. `say` is the answer that the reader came to give.

    `doctor` is the name of the page that leads to the one for the doctor, for who may read the diary.
    """
    alerts, lead = opened.alerts, opened.alerts[0]
    states = {alert.state for alert in alerts}
    is_open = "open" in states
    check_up = lead.tier == "check_up"
    asked = not is_open and "acknowledged" in states
    answered = not is_open and any(alert.outcome for alert in alerts)
    may_say = opened.writes and (is_open or asked or answered)
    choices = outcomes(own=opened.whose is None, went=check_up) if may_say else []
    pressing = Tier(lead.tier).is_pressing
    return {
        "alerts": alerts,
        "lead": lead,
        "whose": opened.whose,
        "phone": opened.phone,
        "is_open": is_open,
        "withdrawn": states == {"withdrawn"},
        "pressing": pressing,
        "done": what_was_done(alerts, opened, zone),
        "was_read": is_open and _was_read(alerts, opened),
        "may_wait": is_open and not check_up and not pressing,
        "put_off_until": _put_off_until(alerts, zone),
        "may_take_back": _may_take_back(alerts, opened, now),
        "check_up": check_up,
        "asked": asked and not check_up,
        "answered": answered,
        "say": say if say in ("seen", "not_yet") and (asked or is_open) and not check_up else "",
        "confirm": next((choice for choice in choices if choice.word == say), None),
        "choices": choices,
        "doctor": page_in(opened, doctor) if opened.reads else None,
        "overview": page_in(opened, "overview") if opened.reads else None,
        "because": because(opened.whose),
    }


def page_in(opened: Opened, name: str) -> str:
    """The address of the page of that name, in the diary that the alerts are about."""
    return reverse(name) if opened.whose is None else reverse(f"caring-{name}", args=[opened.patient_id])


def outcomes(*, own: bool, went: bool = False) -> list[Choice]:
    """What the doctor said, to choose from; `went` leaves out that no one did."""
    said = [
        Choice("not_serious", _("It's not serious")),
        Choice("being_investigated", _("They're looking into it")),
        Choice("serious", _("It's serious")),
    ]
    return said if went else [*said, Choice("did_not_go", _("I didn't go") if own else _("There was no visit"))]


def what_was_done(alerts: Sequence[ShownAlert], opened: Opened, zone: tzinfo) -> list[Done]:
    """A line for everything that was done about any of them, in order."""
    return [_done(response, opened, zone) for response in _responses(alerts)]


def _responses(alerts: Sequence[ShownAlert]) -> list[ShownResponse]:
    """What was done about any of them, once each."""
    done = {(one.who, one.did, one.at): one for alert in alerts for one in alert.responses}
    return sorted(done.values(), key=lambda one: one.at)


def _done(response: ShownResponse, opened: Opened, zone: tzinfo) -> Done:
    by = response.who.id if response.who else None
    who: Who = "nobody" if by is None else "reader" if by == opened.reader_id else "caregiver"
    did = Did(word=response.did, who=who, name=response.who.name if response.who else None, at=response.at)
    patient_did = by == opened.patient_user_id
    return Done(
        said(did, patient_did=patient_did, outcome_shown=opened.whose is None), moment(response.at, zone), response.note
    )


def _was_read(alerts: Sequence[ShownAlert], opened: Opened) -> bool:
    """Whether the reader has read all that is open, since it was last opened."""
    return all(opened.reader_id in alert.read_by for alert in alerts if alert.state == "open")


def _put_off_until(alerts: Sequence[ShownAlert], zone: tzinfo) -> str | None:
    """Until when the reader gets no messages about any that is open."""
    ends = [alert.snoozed_until for alert in alerts if alert.state == "open"]
    known = [end for end in ends if end is not None]
    return moment(min(known), zone) if known and len(known) == len(ends) else None


def _may_take_back(alerts: Sequence[ShownAlert], opened: Opened, now: datetime) -> bool:
    return any(
        alert.state == "acknowledged"
        and alert.acknowledged_by is not None
        and alert.acknowledged_by.id == opened.reader_id
        and now - (alert.acknowledged_at or now) < TAKEN_BACK_WITHIN - timedelta(seconds=5)
        for alert in alerts
    )
