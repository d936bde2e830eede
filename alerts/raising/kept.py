"""What is kept of what was found: findings, and the evidence that an alert shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from alerts.models import Alert, Finding
from alerts.raising.course import Course
from alerts.rules.findings import Finding as Found


def show_evidence(alert: Alert, courses: Sequence[Course]) -> None:
    """The days of all its findings; counts and trials as the newest one has them."""
    newest = max(courses, key=lambda course: course.finding.met_on)
    days = sorted({day for course in courses for day in course.days})
    alert.met_on = min(course.finding.met_on for course in courses)
    alert.rule_version = newest.finding.version
    alert.evidence = evidence_of(newest.finding, days)


def evidence_of(finding: Found, days: Sequence[date]) -> dict[str, object]:
    """As it is stored, with a finding and with its alert."""
    return {
        "as_of": finding.met_on.isoformat(),
        "days": [day.isoformat() for day in days],
        "counts": finding.counts,
        "trials": list(finding.trials),
    }


def save_if_changed(finding: Finding, **values: Any) -> None:
    """Keep what was found, if it is new or says something else."""
    changed = [name for name, value in values.items() if getattr(finding, name) != value]
    if not changed and finding.pk is not None:
        return
    for name in changed:
        setattr(finding, name, values[name])
    finding.save()
