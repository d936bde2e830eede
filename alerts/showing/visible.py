"""Which alerts of a diary someone may see, as far as their way into it reaches."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, When

from alerts.followed import with_followed
from alerts.models import Alert
from alerts.rules.tiers import Tier
from alerts.showing.alert import presented
from alerts.showing.shapes import ShownAlert
from diary.access.levels import REACH, Access, Level
from diary.cursors import Listing
from diary.problems import not_found
from diary.reaching.languages import DEFAULT
from diary.statements import PreparedQuery

_WATCH: Final = Q(tier=Tier.WATCH)
_CHECK_UP: Final = Q(tier=Tier.CHECK_UP)
_RANK: Final = Case(When(state="open", tier=Tier.EMERGENCY, then=0), default=1, output_field=IntegerField())


def visible(access: Access) -> QuerySet[Alert]:
    """A watch is for the patient alone, and while it lasts; a check-up for them and whoever reads the diary."""
    alerts = Alert.objects.filter(patient_id=access.patient_id)
    if access.level == "own":
        return alerts.exclude(_WATCH & Q(state="closed"))
    return alerts.exclude(_WATCH | _CHECK_UP) if access.level == "alerts" else alerts.exclude(_WATCH)


def listed(access: Access, *, now: datetime) -> Listing[Alert]:
    """All that are visible, with what followed: open emergencies come before everything else, then the newest."""

    def after(place: Any, limit: int) -> Sequence[Alert]:
        if place is None:
            who = {"patient_id": access.patient_id, "reader_id": access.actor_id}
            return _FIRST[access.level].fetch(**who, now=now, limit=limit)
        rank, found_on, last = place
        later = Q(found_on__lt=found_on) | Q(found_on=found_on, pk__lt=last)
        return list(_ranked(access, now).filter(Q(rank__gt=rank) | Q(rank=rank) & later)[:limit])

    def place_of(alert: Alert) -> list[Any]:
        return [_rank(alert), alert.found_on, alert.pk]

    # The cursors of earlier versions had no rank.
    return Listing(f"{access.patient_id}:alerts by rank", after, place_of)


def _ranked(access: Access, now: datetime) -> QuerySet[Alert]:
    ranked = visible(access).annotate(rank=_RANK).order_by("rank", "-found_on", "-pk")
    return with_followed(ranked, reader_id=access.actor_id, now=now)


def _first(level: Level) -> PreparedQuery[Alert]:
    """The first page, which phones ask for each day, for readers of this level."""

    def first(patient_id: UUID, reader_id: UUID, now: datetime, limit: int) -> QuerySet[Alert]:
        return _ranked(Access(reader_id, patient_id, level), now)[:limit]

    return PreparedQuery(first, patient_id=UUID, reader_id=UUID, now=datetime, limit=int)


_FIRST: Final = {level: _first(level) for level in REACH}


def shown(access: Access, id_: UUID, *, now: datetime) -> ShownAlert:
    """One alert as the caller sees it. Raises Problem 404."""
    for alert in all_shown(visible(access).filter(pk=id_), access, now=now):
        return alert
    raise not_found()


def all_shown(alerts: QuerySet[Alert], access: Access, *, now: datetime) -> list[ShownAlert]:
    """Alerts that are visible, as the caller sees them."""
    return as_shown(with_followed(alerts, reader_id=access.actor_id, now=now), access)


def as_shown(alerts: Iterable[Alert], access: Access) -> list[ShownAlert]:
    """The same of alerts that were read `with_followed`."""
    return presented(alerts, level=access.level, language=access.language or DEFAULT)


def _rank(alert: Alert) -> int:
    return 0 if (alert.state, alert.tier) == ("open", Tier.EMERGENCY) else 1
