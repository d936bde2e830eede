"""The diary's port to the screening (`diary.screening_port.ScreeningPort`), named by `DIARY_SCREENING_PORT`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import translation

from alerts.danger import Sign, signs_on
from alerts.messages.wording import alert_wording
from alerts.nudging import nudge as _nudge
from alerts.refused import signs_in_refused as signs_in_refused
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier
from diary.content import ResourceType
from diary.languages import language_of
from diary.models import Patient
from diary.screening_port import Raised, WrittenRow


def danger_signs(
    *, patient_id: UUID, reader_id: UUID, written: Sequence[WrittenRow], now: datetime
) -> Mapping[tuple[ResourceType, UUID], list[Raised]]:
    """The danger signs on the days of the written rows; what is newly met is raised in the write's own transaction."""
    dates = frozenset[date]().union(*(row.dates for row in written))
    if not dates:
        return {}
    signs = signs_on(patient_id=patient_id, dates=dates, now=now)
    if not signs:
        return {}
    patient = Patient.objects.select_related("user").get(pk=patient_id)
    whose = None if patient.user_id == reader_id else patient.user.get_full_name()
    with translation.override(language_of(user_id=reader_id)):
        carried = {(row.type, row.id): list(_raised(row, signs, patient.region, whose)) for row in written}
    return {key: raised for key, raised in carried.items() if raised}


def nudge(*, patient_id: UUID) -> None:
    """Say that the diary has something to screen. Never raises, never takes long."""
    _nudge("alerts.tasks.screen_diary", patient_id)


def _raised(row: WrittenRow, signs: Sequence[Sign], region: str | None, whose: str | None) -> Iterator[Raised]:
    """One for each alert that the row's days belong to, with the last of these days."""
    last_days = {sign.alert.pk: sign for sign in signs if _is_about(row, sign)}
    for sign in last_days.values():
        tier = Tier(sign.alert.tier)
        words = alert_wording(rule=sign.alert.rule, tier=tier, last_day=sign.day, region=region, whose=whose)
        yield Raised(
            alert=str(sign.alert.pk),
            rule=sign.alert.rule,
            tier=tier.value,
            title=words.title,
            advice=words.advice,
            call=words.call,
            state=sign.alert.state,
            news=True,
            stored=True,
        )


def _is_about(row: WrittenRow, sign: Sign) -> bool:
    """An entry is about its day; an event also about the days after it on which the rule can still be met by it."""
    reach = RULES[sign.alert.rule].reach if row.type == "event" else 0
    return any(0 <= (sign.day - day).days <= reach for day in row.dates)
