"""One alert is brought in line with what was found of it now: opened, extended, raised, closed or withdrawn."""

from django.forms.models import model_to_dict

from alerts.delivery.outbox import owe_withdrawal
from alerts.escalation.start_and_stop import drop_steps, stop_telling
from alerts.models import Alert
from alerts.models.delivery import Step
from alerts.raising.course import highest
from alerts.raising.episodes import Episode, Episodes
from alerts.raising.kept import show_evidence
from alerts.raising.moment import Moment
from alerts.raising.signs_on_record import adopt_record, danger_news, record_signs, withheld
from alerts.raising.states import close_untold, follows_its_findings, open_alert, step_due, withdraw_alert
from alerts.rules.tiers import Tier


def bring_up_to_date(episode: Episode, episodes: Episodes) -> None:
    """Its evidence, tier and state as what was found says; `episode.step` is then what is to be sent."""
    before = model_to_dict(episode.alert)
    if episode.is_pressing:
        _bring_danger_up_to_date(episode, episodes.moment)
    elif follows_its_findings(episode.alert):
        _bring_pattern_up_to_date(episode, episodes)
    if model_to_dict(episode.alert) != before:
        episode.alert.save()


def _bring_danger_up_to_date(episode: Episode, moment: Moment) -> None:
    """A danger sign is sent when it is news compared with what was on record, whatever became of the alert."""
    alert, courses = episode.alert, episode.courses
    adopt_record(alert, courses)
    found = danger_news(alert=alert, courses=courses, joined=episode.joined, today=moment.today)
    tier = None if moment.quietly else found.tier
    if tier or follows_its_findings(alert):
        show_evidence(alert, courses)
    if tier:
        _open_and_tell(episode, tier, found.step, moment)
    elif alert.state == "withdrawn":
        close_untold(alert, at=moment.at)
    elif alert.opened_at is None:
        kept_as = (course.kept_as(today=moment.today) for course in courses)
        alert.tier = max(kept_as, key=lambda one: one.rank).value
    kept = alert.opened_at is None and not withheld(courses)
    record_signs(alert, courses, settled=bool(tier) or kept or moment.quietly)


def _bring_pattern_up_to_date(episode: Episode, episodes: Episodes) -> None:
    alert, courses, moment = episode.alert, episode.courses, episodes.moment
    tier = highest(episodes.sent_as(course) for course in courses)
    show_evidence(alert, courses)
    alone = episodes.open.setdefault(alert.rule, episode) is episode if tier else True
    step = step_due(alert=alert, tier=tier) if alone else None
    if tier and step:
        _open_and_tell(episode, tier, step, moment)
    elif alert.state in ("open", "acknowledged") and episodes.is_over(Tier(alert.tier), courses[0].finding.met_on):
        _close(alert, moment)
    elif alert.state == "withdrawn" or (alert.tier == Tier.WATCH and alert.state == "open" and not tier):
        close_untold(alert, at=moment.at)


def _open_and_tell(episode: Episode, tier: Tier, step: Step, moment: Moment) -> None:
    open_alert(episode.alert, tier=tier, at=moment.at)
    if tier is not Tier.WATCH:
        episode.step = step


def _close(alert: Alert, moment: Moment) -> None:
    close_untold(alert, at=moment.at)
    alert.save()
    stop_telling(alert=alert, now=moment.at)


def withdraw(alert: Alert, moment: Moment) -> None:
    """Nothing is found of it any more."""
    if alert.state == "withdrawn" or not follows_its_findings(alert):
        return
    if alert.tier == Tier.CHECK_UP and _looked_at_since(alert, moment):
        if alert.state != "closed":
            _close(alert, moment)
        return
    withdraw_alert(alert, at=moment.at)
    alert.save()
    owe_withdrawal(alert=alert, now=moment.at)
    drop_steps(alert=alert, now=moment.at)


def _looked_at_since(alert: Alert, moment: Moment) -> bool:
    """Whether a doctor has looked at the pain after the visit that was too long ago."""
    before, assessed_on = alert.evidence["counts"]["days_since_assessment"]["since"], moment.assessed_on
    return assessed_on is not None and assessed_on.isoformat() > before
