"""What someone who looks at alerts can say about them: I'm helping now, I've read this, later, the doctor said so.

The same for a page behind a link and for one of someone who is signed in. What is said is said of all the alerts that
are shown together.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from alerts.acting.acknowledge import NotTheirs, acknowledge, take_back
from alerts.acting.outcome import NotToBeClosed, give_outcome, is_a_question, say_not_yet
from alerts.acting.read import mark_read
from alerts.delivery.snooze import CannotWait, snooze
from alerts.models import Alert
from alerts.models.alert import Outcome
from alerts.raising.signs_on_record import signs_of_alert
from alerts.rules.tiers import Tier
from alerts.showing.alert import presented
from alerts.showing.shapes import ShownAlert
from diary.access.levels import Access
from diary.locks import hold_diary
from diary.models import Event, Patient
from diary.reaching.languages import DEFAULT
from diary.reaching.local_time import local_date

Act = Literal["take_on", "take_back", "read", "tomorrow", "next_week", "not_yet"] | Outcome
WITHOUT_WRITING: frozenset[Act] = frozenset(
    {"take_on", "take_back", "read", "tomorrow", "next_week", "seen", "not_yet"}
)
"""What everyone may do who receives alerts; the other answers are stored in the diary and take the level `log`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Alerts of one diary as their reader may see them, the most severe first; open ones before all others.

    `whose` is the patient's name, None for the patient; `reads` says that the reader may see the diary, `writes`
    that they may say what the doctor said. `phone` is the patient's, for others to call.
    """

    reader_id: UUID
    patient_id: UUID
    patient_user_id: UUID
    whose: str | None
    reads: bool
    writes: bool
    phone: str | None
    alerts: list[ShownAlert]


def opened(*, access: Access, alerts: Iterable[Alert]) -> Opened:
    """Alerts that were read `with_followed`, as far as the reader's way into the diary reaches."""
    in_order = sorted(alerts, key=lambda alert: (alert.state != "open", -Tier(alert.tier).rank))
    patient = Patient.objects.select_related("user").get(pk=access.patient_id)
    own = access.level == "own"
    return Opened(
        reader_id=access.actor_id,
        patient_id=patient.pk,
        patient_user_id=patient.user_id,
        whose=None if own else patient.user.get_full_name(),
        reads=access.reaches("read"),
        writes=access.reaches("log"),
        phone=None if own else patient.phone_for_circle,
        alerts=presented(in_order, level=access.level, language=access.language or DEFAULT),
    )


@transaction.atomic
def say(
    *,
    access: Access,
    alert_ids: Collection[UUID],
    what: Act,
    words: str | None = None,
    visit_id: UUID | None = None,
    by_link: bool,
    now: datetime,
) -> None:
    """The reader says `what` of each of the alerts, with `words` as a note to the others.

    `visit_id` is the visit at which a doctor said so, where the diary holds it already; an alert that came after it is
    left as it is. A second time changes nothing, nor does what cannot be done any more. Raises Problem 404 for who may
    not write what they say.
    """
    if what not in WITHOUT_WRITING:
        access.require("log")
    hold_diary(access.patient_id)
    alerts = list(Alert.objects.filter(patient_id=access.patient_id, pk__in=alert_ids).order_by("pk"))
    if visit_id is not None:
        alerts = _known_at(visit_id, alerts)
    if what == "take_on":
        _take_on(access, alerts, words, now)
    elif what == "take_back":
        _take_back(access, alerts, now)
    elif what == "read":
        for alert in alerts:
            mark_read(patient_id=access.patient_id, alert_id=alert.pk, reader_id=access.actor_id, now=now)
    elif what == "tomorrow" or what == "next_week":
        _put_off(access, alerts, now + timedelta(days=1 if what == "tomorrow" else 7), now)
    else:
        _answer(access, alerts, what, visit_id, by_link, now)


def _known_at(visit_id: UUID, alerts: list[Alert]) -> list[Alert]:
    """Those that the visit can have been about: what came after it, no doctor has seen yet."""
    visit = Event.objects.select_related("patient").filter(
        id=visit_id, patient_id__in={one.patient_id for one in alerts}
    )
    return [
        alert
        for event in visit
        for alert in alerts
        if event.date and alert.opened_at and _newest_day(alert, alert.opened_at, event.patient.user_id) <= event.date
    ]


def _newest_day(alert: Alert, opened_at: datetime, user_id: UUID) -> date:
    """Of what it was opened for, on the person's calendar."""
    days = (day for days in signs_of_alert(alert).values() for day in days)
    return max([local_date(user_id=user_id, now=opened_at), *days])


def _take_on(access: Access, alerts: list[Alert], words: str | None, now: datetime) -> None:
    open_ones = [alert.pk for alert in alerts if alert.state == "open"]
    if not open_ones:
        return
    first, *beside = open_ones
    acknowledge(
        patient_id=access.patient_id, actor_id=access.actor_id, alert_id=first, beside=beside, note=words, now=now
    )


def _take_back(access: Access, alerts: list[Alert], now: datetime) -> None:
    for alert in alerts:
        try:
            take_back(patient_id=access.patient_id, alert_id=alert.pk, actor_id=access.actor_id, now=now)
        except NotTheirs:
            continue


def _put_off(access: Access, alerts: list[Alert], until: datetime, now: datetime) -> None:
    """The reader gets no messages about them until then; what is pressing cannot wait."""
    for alert in alerts:
        if alert.state == "open":
            with suppress(CannotWait):
                snooze(alert=alert, user_id=access.actor_id, until=until, now=now)


def _answer(
    access: Access,
    alerts: list[Alert],
    what: Literal["not_yet"] | Outcome,
    visit_id: UUID | None,
    by_link: bool,
    now: datetime,
) -> None:
    questions = [alert.pk for alert in alerts if is_a_question(alert)]
    if not questions:
        return
    first, *beside = questions
    try:
        if what == "not_yet":
            say_not_yet(patient_id=access.patient_id, actor_id=access.actor_id, alert_id=first, beside=beside, now=now)
        else:
            give_outcome(
                patient_id=access.patient_id,
                actor_id=access.actor_id,
                alert_id=first,
                beside=beside,
                outcome=what,
                by_link=by_link,
                visit_id=visit_id,
                now=now,
            )
    except NotToBeClosed:
        return
