"""The diary's port to the screening (`diary.screening_port.ScreeningPort`), named by `DIARY_SCREENING_PORT`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from django.utils import translation

from alerts import locks
from alerts.delivery.outbox import look_again_at_held
from alerts.delivery.recipients import Recipient
from alerts.escalation.newcomers import pressing_alerts, tell_newcomer
from alerts.followed import again_with_followed
from alerts.messages.wording import alert_wording
from alerts.models import Alert
from alerts.nudging import nudge_for_all
from alerts.rules.tiers import Tier
from alerts.screening.danger_signs import Sign, signs_around, signs_in_profile, signs_in_write
from alerts.screening.diary import QUIET_SECONDS
from alerts.screening.refused_rows import signs_in_refused as signs_in_refused
from alerts.screening.refused_rows import signs_in_refused_profile as signs_in_refused_profile
from alerts.showing.alert import presented
from alerts.showing.shapes import ShownAlert
from alerts.whereabouts import whereabouts
from diary.format.fields import ResourceType
from diary.models import Caregiver, Patient
from diary.reaching.languages import language_of
from diary.screening_port import Around, Raised, WrittenRow
from diary.statements import Later


def around(*, patient_id: UUID, dates: Collection[date]) -> Around:
    """Whether the days around these may hold a danger sign, once a write's rows are among them."""
    return signs_around(patient_id=patient_id, dates=dates)


def danger_signs(
    *, patient_id: UUID, reader_id: UUID, written: Sequence[WrittenRow], now: datetime, imported: bool
) -> Later[Mapping[tuple[ResourceType, UUID], list[Raised]]]:
    """The danger signs that the written rows contribute to; what is news is raised in the write's own transaction."""
    found = signs_in_write(patient_id=patient_id, written=written, now=now, quietly=imported)

    def raised() -> Mapping[tuple[ResourceType, UUID], list[Raised]]:
        signs = found()
        if not signs:
            return {}
        reader = _Reader(patient_id, reader_id, chain.from_iterable(signs.values()))
        return {(kind, id_): reader.raised(carried, entry=id_) for (kind, id_), carried in signs.items()}

    return raised


def danger_signs_of_profile(
    *, patient_id: UUID, reader_id: UUID, fields: Collection[str], now: datetime
) -> list[Raised]:
    """The danger signs that these fields of the profile contribute to; what is news is raised."""
    signs = signs_in_profile(patient_id=patient_id, fields=fields, now=now)
    return _Reader(patient_id, reader_id, signs).raised(signs) if signs else []


def welcome(*, patient_id: UUID, caregiver_id: UUID, user_id: UUID, again: bool, now: datetime) -> list[ShownAlert]:
    """Tell who has just joined the circle of what is urgent and open; gives these alerts as they may see them."""
    alerts = pressing_alerts(patient_id=patient_id)
    if not again:
        tell_newcomer(alerts, newcomer=Recipient(user_id, caregiver_id), now=now)
    level = Caregiver.objects.values_list("level", flat=True).get(pk=caregiver_id)
    found = again_with_followed(alerts, reader_id=user_id, now=now)
    return presented(found, level=level, language=language_of(user_id=user_id))


def hold_alerts(*, patient_id: UUID) -> None:
    """Every alert of a diary, held until it is erased with them."""
    locks.hold_alerts(Alert.objects.filter(patient_id=patient_id))


def look_again(*, user_id: UUID, now: datetime) -> None:
    """What is held for someone's quiet hours is due when their clock now says."""
    look_again_at_held(user_id=user_id, now=now)


def nudge() -> None:
    """Say that there is something to screen. Never raises, never takes long."""
    nudge_for_all("alerts.tasks.screen_waiting", after=QUIET_SECONDS)


class _Reader:
    """Who wrote, and so reads what to do, in their language."""

    def __init__(self, patient_id: UUID, reader_id: UUID, signs: Iterable[Sign]) -> None:
        patient = Patient.objects.select_related("user").get(pk=patient_id)
        self._where = whereabouts(patient, days={sign.day for sign in signs})
        self._whose = None if patient.user_id == reader_id else patient.user.get_full_name()
        self._language = language_of(user_id=reader_id)

    def raised(self, signs: Sequence[Sign], *, entry: UUID | None = None) -> list[Raised]:
        """One for each alert, the most severe first; `entry` is the one that was written, if it was one."""
        with translation.override(self._language):
            return [self._one(sign, entry) for sign in sorted(signs, key=_severity)]

    def _one(self, sign: Sign, entry: UUID | None) -> Raised:
        alert, tier = sign.alert, Tier(sign.alert.tier)
        place = self._where.place(day=sign.day, entry=entry)
        words = alert_wording(rule=alert.rule, tier=tier, last_day=sign.day, place=place, whose=self._whose)
        return Raised(
            alert=str(alert.pk),
            rule=alert.rule,
            tier=tier.value,
            title=words.title,
            advice=words.advice,
            call=words.call,
            state=alert.state,
            news=sign.news,
            stored=True,
        )


def _severity(sign: Sign) -> tuple[int, int, str]:
    """The most severe first, of equals the newest."""
    return -Tier(sign.alert.tier).rank, -sign.day.toordinal(), sign.alert.rule
