"""One alert per episode: opened, given new days, raised to a higher tier, opened again by news, withdrawn.

What the rules found now is laid beside what is kept. The caller holds the patient's row lock, so that screenings and
writes of one diary come one after another.
"""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from alerts.delivery.outbox import Telling
from alerts.escalation.start_and_stop import stop_telling, tell
from alerts.models import Alert, Finding
from alerts.raising.bridging import parted
from alerts.raising.course import Course
from alerts.raising.episodes import Episode, Episodes
from alerts.raising.joining import join
from alerts.raising.kept import evidence_of, save_if_changed
from alerts.raising.matching import matched
from alerts.raising.moment import Moment
from alerts.raising.signs_on_record import adopt_record, danger_news, keep_signs, signs_of_alert
from alerts.raising.up_to_date import bring_up_to_date, withdraw
from alerts.rules.earlier import is_earlier
from alerts.rules.registry import RULES


def raise_alerts(
    *, patient_id: UUID, courses: Sequence[Course], moment: Moment, among: Collection[UUID] | None = None
) -> set[UUID]:
    """Keep what was found, and open, extend, raise or withdraw the alerts that follow from it.

    Where only a part of the diary was screened, `among` are the alerts that it is about: the others, and what was found
    for them, are left as they are. Gives the alerts that are sent now.

    1. See which kept finding is which of those found now. 2. Keep each finding, under the alert it belongs to.
    3. Withdraw those that no longer hold. 4. Bring each alert up to date and queue what is to be sent about it.
    """
    alerts = Alert.objects.filter(patient_id=patient_id)
    findings = Finding.objects.filter(patient_id=patient_id)
    if among is not None:
        alerts, findings = alerts.filter(pk__in=among), findings.filter(alert_id__in=among)
    kept = list(findings)
    if not kept and not courses:
        return set()
    episodes = Episodes(alerts, moment=moment, kept=kept)
    matching = matched(found=courses, kept=kept, closed_on=episodes.closed_on)
    for course, (_, finding) in zip(courses, matching.pairs, strict=True):
        _keep(course, finding, patient_id, episodes)
    for finding in matching.gone:
        _let_go(finding, episodes)
    return _settle(episodes)


def _keep(course: Course, kept: Finding | None, patient_id: UUID, episodes: Episodes) -> None:
    """Keep one finding of now, under the alert that it has or gets."""
    found = course.finding
    episode = episodes.by_alert[kept.alert_id] if kept else episodes.for_course(course, patient_id=patient_id)
    episodes.add([course], episode)
    save_if_changed(
        kept or Finding(patient_id=patient_id, alert=episode.alert, found_on=episodes.moment.today),
        rule=found.rule,
        rule_version=found.version,
        tier=found.tier.value,
        met_on=found.met_on,
        evidence=evidence_of(found, found.days),
        withdrawn_at=None,
    )


def _let_go(finding: Finding, episodes: Episodes) -> None:
    """Withdraw what no longer holds, as far as the version that found it can still say so."""
    rule, version = RULES.get(finding.rule), finding.rule_version
    if rule is not None and (rule.version == version or is_earlier(rule.id, version)):
        save_if_changed(finding, withdrawn_at=episodes.moment.at)
    else:
        episodes.by_alert[finding.alert_id].stays = True


def _settle(episodes: Episodes) -> set[UUID]:
    """Bring every alert up to date with its findings, and withdraw those that have none left.

    Gives those that are sent now, in one go.
    """
    without = [one for one in episodes.by_alert.values() if one.was_found and not one.stays and not one.courses]
    gone = [one.alert for one in without if not _is_bridged(one.alert, episodes)]
    for episode in list(episodes.found):
        _join_what_is_open(episode, episodes)
    for episode in episodes.found:
        bring_up_to_date(episode, episodes)
    for alert in gone:
        withdraw(alert, episodes.moment)
    told = [Telling(one.alert, one.step) for one in episodes.found if one.step]
    tell(*told, now=episodes.moment.at)
    return {telling.alert.pk for telling in told}


def _is_bridged(alert: Alert, episodes: Episodes) -> bool:
    """Whether days of its own are part of another alert's episode now: it keeps them, and stays as it is."""
    if alert.state == "withdrawn":
        return False
    signs: dict[str, list[date]] = {}
    for other in episodes.found:
        if other.alert.rule == alert.rule:
            held, other.courses = parted(signs_of_alert(alert), other.courses)
            signs |= held
    if signs:
        keep_signs(alert, signs)
    return bool(signs)


def _join_what_is_open(episode: Episode, episodes: Episodes) -> None:
    """What is news about an alert goes to another one of its danger rule when that is open, or is to be."""
    alert, courses = episode.alert, episode.courses
    if alert.state == "open" or not episode.is_pressing or episodes.moment.quietly:
        return
    adopt_record(alert, courses)
    found = danger_news(alert=alert, courses=courses, joined=False, today=episodes.moment.today)
    opened = episodes.open.setdefault(alert.rule, episode) if found.tier else episode
    if opened is episode:
        return
    if opened.courses:
        adopt_record(opened.alert, opened.courses)
    episodes.found.remove(episode)
    episodes.add(courses, opened)
    join(alert, opened.alert, at=episodes.moment.at)
    stop_telling(alert=alert, now=episodes.moment.at)
    opened.alert.save()
    opened.joined |= found.tier is not None and found.tier.is_pressing
