"""A doctor's page of a synthetic person, for the documents and for measuring: no one here exists.

`python -m backend.local.demonstration.sample_report` draws docs/report.png anew.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import django

if TYPE_CHECKING:
    from papers.reading import Reading

PICTURE: Final = Path(__file__).resolve().parents[3] / "docs" / "report.png"
LAST_DAY: Final = date(2026, 6, 14)
DAYS: Final = 182
NAME: Final = "Synthetic Nora (no real person)"
_NAMESPACE: Final = UUID("6f9d4c1e-6c1b-4a50-9c69-0d8f5a1f7c12")
_AWAY: Final = range(70, 79)
"""Days without an entry."""


def sample_reading(*, last: date = LAST_DAY, days: int = DAYS) -> "Reading":
    """Night pain that grows over the days up to `last`, two treatments without relief, a visit, weight lost."""
    from alerts.rules.case import Case
    from alerts.rules.history import History, Profile
    from papers.reading import Note, Reading

    first = last - timedelta(days=days - 1)
    history = History(
        profile=Profile(birth_year=1964, smoking="former", cancer_history=False, asbestos_exposure=None),
        entries=tuple(_entries(first, days)),
        treatments=tuple(_treatments(first, days)),
        events=tuple(event for event, _ in _events(first, days)),
    )
    return Reading(
        name=NAME,
        first=first,
        last=last,
        case=Case(history),
        events=[told for _, told in reversed(_events(first, days))],
        alerts=_alerts(history),
        notes=[Note(last - timedelta(days=2), "Awake from three. Sitting up helps.\nNo fever.")],
    )


def _entries(first: date, days: int) -> Iterator[Any]:
    from alerts.rules.history import Entry

    chance = random.Random(days)
    for number in range(days):
        if number in _AWAY or chance.random() < 0.08:
            continue
        day, grown = first + timedelta(days=number), number / days
        night = min(10, max(0, round(1 + 6 * grown + chance.gauss(0, 1))))
        taken = {str(one.id): chance.random() < 0.9 for one in _treatments(first, days) if one.started_on <= day}
        yield Entry(
            id=str(_id("entry", number)),
            date=day,
            recorded_at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
            worst_pain=min(10, night + chance.choice((0, 0, 1))),
            night_pain=night,
            rest_pain=max(0, night - 1),
            woke_from_sleep=night > 5,
            worse_lying_down=night > 4,
            worse_on_deep_breath=False,
            sites=("mid_back", "right_flank") if grown > 0.7 else ("mid_back",),
            symptoms={"cough": chance.random() < grown, "fatigue": chance.random() < grown, "fever": False},
            treatments_taken=taken,
            weight_kg=round(71.5 - 4.5 * grown, 1) if number % 7 == 0 else None,
        )


def _treatments(first: date, days: int) -> Sequence[Any]:
    from alerts.rules.history import Treatment

    begun = first + timedelta(days=round(0.35 * days))
    physiotherapy = first + timedelta(days=round(0.5 * days))
    return [
        Treatment(
            id=str(_id("ibuprofen", 0)),
            kind="medication",
            name="Ibuprofen",
            daily_dose=1200,
            dose_unit="mg",
            started_on=begun,
        ),
        Treatment(
            id=str(_id("physiotherapy", 0)),
            kind="physiotherapy",
            name="Physiotherapy, twice a week",
            started_on=physiotherapy,
            stopped_on=first + timedelta(days=round(0.85 * days)),
        ),
    ]


def _events(first: date, days: int) -> Sequence[tuple[Any, Any]]:
    """Each as the rules see it, and as it is in the diary."""
    from alerts.rules import history
    from diary.format import fields

    happened = {"injury": (0.05, "minor"), "doctor_visit": (0.3, None), "imaging": (0.34, None)}
    told = []
    for kind, (share, trauma) in happened.items():
        seen: dict[str, Any] = {"kind": kind, "date": first + timedelta(days=round(share * days)), "trauma": trauma}
        id_ = _id(kind, 0)
        told.append((history.Event(id=str(id_), **seen), fields.Event(id=id_, **seen)))
    return told


def _alerts(history: Any) -> Sequence[Any]:
    """The last that each rule finds, as open alerts, the newest first."""
    from alerts.models import Alert
    from alerts.rules.findings import finding_as_dict
    from alerts.rules.screening import screen

    alerts: dict[str, Alert] = {}
    for finding in screen(history):
        evidence = {name: finding_as_dict(finding)[name] for name in ("days", "counts", "trials")}
        known = {"rule": finding.rule, "rule_version": finding.version, "tier": finding.tier.value, "state": "open"}
        alerts[finding.rule] = Alert(**known, met_on=finding.met_on, found_on=finding.met_on, evidence=evidence)
    advised = [alert for alert in alerts.values() if alert.tier != "watch"]
    return sorted(advised, key=lambda alert: alert.met_on, reverse=True)


def _id(name: str, number: int) -> UUID:
    return uuid5(_NAMESPACE, f"{name}/{number}")


def main() -> None:
    """Draw the picture."""
    django.setup()
    from django.utils import translation

    from papers.report.report import SOURCE, report_data
    from papers.typesetting.compiler import picture

    with translation.override("en"):
        data = report_data(sample_reading(), paper="a4", made_at=datetime(2026, 6, 14, 9, tzinfo=UTC))
    PICTURE.write_bytes(picture(SOURCE, data, kind="png", dots_an_inch=110))


if __name__ == "__main__":
    main()
