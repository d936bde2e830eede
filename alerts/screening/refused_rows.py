"""Danger signs in an entry or event that was refused: the answer alone says what to do.

Nothing of it is on record, so no alert is opened and no message sent. For a caller who may read the diary it is judged
as part of it. For anyone else it is judged alone, without the profile and without other days, so the answer depends on
what was sent only: not on what is in the diary, and not on whether there is one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final, TypeVar
from uuid import UUID

from django.utils import translation

from alerts.histories.of_diary import history_of_document
from alerts.histories.window import spans_around, window_of
from alerts.messages.about_somebody import advice_about_somebody
from alerts.messages.countries import Place
from alerts.messages.emergency_numbers import emergency_call
from alerts.messages.wording import alert_wording, is_late
from alerts.raising.course import DANGER_SENT_FOR
from alerts.rules import history
from alerts.rules.findings import Finding, signs_in
from alerts.rules.history import History
from alerts.rules.registry import DANGER_SIGNS, RULES
from alerts.rules.rule import Rule
from alerts.rules.screening import danger_signs
from alerts.rules.tiers import Tier
from alerts.screening.contributions import AFTER, BEFORE
from alerts.screening.danger_signs import noted_by_profile
from alerts.whereabouts import NOWHERE, Whereabouts, whereabouts
from diary.format.document import Document, DocumentProfile
from diary.format.fields import Entry, Event
from diary.format.salvage import Salvaged
from diary.models import Patient
from diary.reaching.languages import language_of
from diary.screening_port import Raised

Dated = TypeVar("Dated", history.Entry, history.Event)
_ORDER: Final = [rule.id for rule in DANGER_SIGNS]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the refused is judged and worded by. Judged alone: nothing in the history, and no place."""

    history: History
    where: Whereabouts
    own: bool
    whose: str | None
    """The patient's name, for someone else who may know it."""


def signs_in_refused(
    *, refused: Sequence[Sequence[Salvaged]], patient_id: UUID | None, own: bool, language: str, now: datetime
) -> list[list[Raised]]:
    """The danger signs in each group of what was refused (`diary.screening_port.ScreeningPort`)."""
    days = {one.content.date for group in refused for one in group}
    if not days:
        return [[] for _ in refused]
    patient = Patient.objects.select_related("user").filter(pk=patient_id).first() if patient_id else None
    setting = _setting(patient, days, own=own)
    with translation.override(language):
        return [_raised(group, setting, now.date()) for group in refused]


def signs_in_refused_profile(
    *, patient_id: UUID, reader_id: UUID, given: Mapping[str, Any], now: datetime
) -> list[Raised]:
    """The danger signs that a refused profile would make of what was noted, each rule once, the most severe first."""
    noted = noted_by_profile(patient_id=patient_id, given=given, stored=False, now=now)
    last_days = {one.rule: one.day for one in sorted(noted, key=attrgetter("day"))}
    patient = Patient.objects.select_related("user").get(pk=patient_id)
    setting = _Setting(History(), whereabouts(patient, days=last_days.values()), own=True, whose=None)
    met = [(RULES[rule], day) for rule, day in last_days.items()]
    with translation.override(language_of(user_id=reader_id)):
        signs = [(rule, day, _tier(rule.tier, day, now.date())) for rule, day in met]
        signs.sort(key=lambda sign: (-sign[2].rank, _ORDER.index(sign[0].id)))
        return [_worded(rule, day, tier, setting, setting.where.place(day=day)) for rule, day, tier in signs]


def _setting(patient: Patient | None, days: Collection[date], *, own: bool) -> _Setting:
    if patient is None:
        return _Setting(History(), NOWHERE, own, None)
    spans = spans_around(days, before=BEFORE, after=AFTER)
    stored = window_of(patient_id=patient.pk, spans=spans)().history()
    by_date = attrgetter("date")
    in_order = replace(
        stored,
        entries=tuple(sorted(stored.entries, key=by_date)),
        events=tuple(sorted(stored.events, key=by_date)),
    )
    where = whereabouts(patient, days={entry.date for entry in in_order.entries})
    return _Setting(in_order, where, own, None if own else patient.user.get_full_name())


def _raised(group: Sequence[Salvaged], setting: _Setting, today: date) -> list[Raised]:
    """One for each rule, for the last day on which it is met, most severe first."""
    met = [(one, finding) for one in group for finding in _met(one, setting.history)]
    newest = {finding.rule: (one, finding) for one, finding in sorted(met, key=lambda pair: pair[1].met_on)}
    signs = [(one, finding, _tier(finding.tier, finding.met_on, today)) for one, finding in newest.values()]
    signs.sort(key=lambda sign: (-sign[2].rank, _ORDER.index(sign[1].rule)))
    return [
        _worded(
            RULES[finding.rule],
            finding.met_on,
            tier,
            setting,
            setting.where.place(day=finding.met_on, zone=one.zone),
        )
        for one, finding, tier in signs
    ]


def _tier(tier: Tier, day: date, today: date) -> Tier:
    """As `alerts.raising.course.Course.sent_as` has it for what is stored."""
    return tier if today - day <= DANGER_SENT_FOR else Tier.SEE_DOCTOR


def _met(one: Salvaged, diary: History) -> list[Finding]:
    """The danger rules that hold with the refused in its place in the diary, and to which it contributes.

    It does when the diary without it lacks one of the signs found, or when it says that sign all by itself.
    """
    day, alone = one.content.date, _history_of(one.content)
    around = _around(diary, one)
    entries, events = around.entries + alone.entries, around.events + alone.events
    found = danger_signs(replace(around, entries=entries, events=events), on=[day])
    if not found:
        return []
    without_it = _signs(danger_signs(around, on={day, *(finding.met_on for finding in found)}))
    by_itself = _signs(danger_signs(replace(alone, profile=diary.profile), on=[day]))
    return [finding for finding in found if not _signs([finding]) <= without_it - by_itself]


def _around(diary: History, one: Salvaged) -> History:
    """The days of the diary that a danger rule looks at for its day; the row that it was to replace is left out."""
    entries, events = _between(diary.entries, one.content.date), _between(diary.events, one.content.date)
    if isinstance(one.content, Entry):
        return replace(diary, entries=_without(entries, one.id), events=events)
    return replace(diary, entries=entries, events=_without(events, one.id))


def _without(rows: tuple[Dated, ...], id_: UUID | None) -> tuple[Dated, ...]:
    return tuple(row for row in rows if str(row.id) != str(id_))


def _between(in_order: tuple[Dated, ...], day: date) -> tuple[Dated, ...]:
    by_date = attrgetter("date")
    first = bisect_left(in_order, day - BEFORE, key=by_date)
    return in_order[first : bisect_right(in_order, day + AFTER, key=by_date)]


def _signs(findings: Sequence[Finding]) -> set[tuple[str, date, str]]:
    """Each sign that a rule found, by rule and day."""
    return {(finding.rule, finding.met_on, sign) for finding in findings for sign in signs_in(finding)}


def _history_of(content: Entry | Event) -> History:
    """This alone."""
    entries = [content] if isinstance(content, Entry) else []
    events = [content] if isinstance(content, Event) else []
    return history_of_document(Document(patient=DocumentProfile(), entries=entries, treatments=[], events=events))


def _worded(rule: Rule, day: date, tier: Tier, setting: _Setting, place: Place) -> Raised:
    words = alert_wording(rule=rule.id, tier=tier, last_day=day, place=place, whose=setting.whose)
    advice = words.advice
    if not setting.own and not setting.whose:
        late = is_late(rule.id, tier)
        advice = advice_about_somebody(rule.tier, emergency_call(place.country), late=late)
    return Raised(
        alert=None,
        rule=rule.id,
        tier=tier.value,
        title=words.title,
        advice=advice,
        call=words.call,
        state=None,
        news=True,
        stored=False,
    )
