"""The alerts of one diary while they are brought up to date, each with what was found of it now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from alerts.models import Alert, Finding
from alerts.models.alert import ASSESSED
from alerts.models.delivery import Step
from alerts.raising.course import Course
from alerts.raising.moment import Moment
from alerts.raising.states import closed_on
from alerts.rules.tiers import Tier


@dataclass(eq=False, slots=True)
class Episode:
    """One alert while it is brought up to date.

    `courses` is what was found of it now, `was_found` whether anything was before. It `stays` without, where only a
    newer version of its rule no longer finds it. `joined`: a pressing sign of another episode became part of it while
    it was open. `closed_on` is the day on which somebody closed it, `step` what is to be sent about it.
    """

    alert: Alert
    closed_on: date | None = None
    was_found: bool = False
    courses: list[Course] = field(default_factory=list)
    stays: bool = False
    joined: bool = False
    step: Step | None = None

    @property
    def is_pressing(self) -> bool:
        """Whether what was found of it are danger signs."""
        return self.courses[0].finding.tier.is_pressing


class Episodes:
    """All of a diary: `by_alert`, by the id; `open`, by the rule; `found`, those of which something was found now."""

    def __init__(self, alerts: Iterable[Alert], *, moment: Moment, kept: Sequence[Finding]) -> None:
        self.moment = moment
        before = {finding.alert_id for finding in kept}
        self.by_alert = {
            alert.pk: Episode(alert, closed_on(alert, zone=moment.zone), was_found=alert.pk in before)
            for alert in alerts
        }
        self.open = {one.alert.rule: one for one in self.by_alert.values() if one.alert.state == "open"}
        self.found: list[Episode] = []

    @property
    def closed_on(self) -> dict[UUID, date]:
        """The alerts that somebody closed, and when."""
        return {alert_id: one.closed_on for alert_id, one in self.by_alert.items() if one.closed_on}

    def add(self, courses: Iterable[Course], episode: Episode) -> None:
        """These were found of that episode now."""
        if not episode.courses:
            self.found.append(episode)
        episode.courses.extend(courses)

    def for_course(self, course: Course, *, patient_id: UUID) -> Episode:
        """That of the rule's open alert when the finding is to be sent; else a new one, closed until it is sent."""
        found, tier = course.finding, self.sent_as(course)
        if tier is not None and found.rule in self.open:
            episode = self.open[found.rule]
            episode.joined |= tier.is_pressing
            return episode
        alert = Alert.objects.create(
            patient_id=patient_id,
            rule=found.rule,
            rule_version=found.version,
            tier=(tier or course.kept_as(today=self.moment.today)).value,
            state="closed",
            closed_at=self.moment.at,
            met_on=found.met_on,
            found_on=self.moment.today,
            evidence={},
            on_record={},
        )
        episode = self.by_alert[alert.pk] = Episode(alert)
        if tier is not None:
            self.open[found.rule] = episode
        return episode

    def sent_as(self, course: Course) -> Tier | None:
        """What to tell it as now. A pattern is no news while all its days were there when a doctor looked at it."""
        if course.finding.tier.is_pressing and self.moment.quietly:
            return None
        if self.is_over(course.finding.tier, course.finding.met_on):
            return None
        if course.finding.tier is Tier.SEE_DOCTOR and course.last_held <= self._looked_at_on(course.finding.rule):
            return None
        return course.sent_as(today=self.moment.today)

    def is_over(self, tier: Tier, met_on: date) -> bool:
        """Whether it asked for a check-up, and a doctor has looked at the pain since."""
        assessed_on = self.moment.assessed_on
        return tier is Tier.CHECK_UP and assessed_on is not None and assessed_on >= met_on

    def _looked_at_on(self, rule: str) -> date:
        """The last day of which an outcome says that a doctor has looked at what the rule found."""
        of_the_rule = (one for one in self.by_alert.values() if one.alert.rule == rule)
        looked_at = (one.closed_on for one in of_the_rule if one.alert.outcome in ASSESSED)
        return max((day for day in looked_at if day), default=date.min)
