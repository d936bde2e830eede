"""The danger signs of an alert compared with those on record when someone acted on it: is there news?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.escalation.start_and_stop import untaken
from alerts.models import Alert
from alerts.models.alert import ASSESSED
from alerts.models.delivery import Step
from alerts.raising.course import Course, highest, signs_together
from alerts.raising.news import Acted, Sighting, Signs, news, sightings
from alerts.rules.findings import SIGN_CHECKS
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class DangerNews:
    """What is news about an alert: the `tier` to send it as (None: nothing is), and the kind of message."""

    tier: Tier | None
    step: Step


def danger_news(*, alert: Alert, courses: Sequence[Course], joined: bool, today: date) -> DangerNews:
    """What is to be sent about the alert of a danger rule whose findings are `courses`.

    `joined`: another dangerous episode has just come to it. While it is open and its rounds go on, new signs and days
    are in the next round; a higher tier and another episode are sent immediately.
    """
    rule_tier, signs = courses[0].finding.tier, signs_together(courses)
    on_record = _read(alert.on_record or {})
    if alert.state == "open":
        added = set(sightings(signs)) - set(sightings(on_record))
        tier = _sent_as(added, courses, today)
        if tier and tier.rank > Tier(alert.tier).rank:
            return DangerNews(tier, "tier_raised")
        if joined:
            return DangerNews(tier, "again")
        if untaken(alert.steps.filter(step="escalated")).exists():
            return DangerNews(None, "again")
    elif alert.state == "withdrawn":
        return DangerNews(highest(course.sent_as(today=today) for course in courses), "raised")
    found = news(signs=signs, on_record=on_record, acted=acted_on(alert), tier=_repeated_as(alert, rule_tier))
    tier = _sent_as(set(found), courses, today)
    if alert.opened_at is None:
        return DangerNews(tier, "raised")
    higher = tier is not None and tier.rank > Tier(alert.tier).rank
    return DangerNews(tier, "tier_raised" if higher else "again")


def has_unsaid_news(alert: Alert) -> bool:
    """Whether it has come to be about something that the last telling did not know."""
    rule = RULES.get(alert.rule)
    if rule is None:
        return False
    signs, on_record = signs_of_alert(alert), _read(alert.on_record or {})
    return bool(news(signs=signs, on_record=on_record, acted=acted_on(alert), tier=_repeated_as(alert, rule.tier)))


def _repeated_as(alert: Alert, rule_tier: Tier) -> Tier:
    """As what the same sign on a later day counts: after something milder was sent it is news in any case.

    But while that is open, days of weeks ago that come one by one are part of it, as of a pattern.
    """
    if alert.opened_at is None or Tier(alert.tier).is_pressing:
        return rule_tier
    return Tier.URGENT if alert.state == "open" else Tier.EMERGENCY


def acted_on(alert: Alert) -> Acted:
    """What was done about the alert last."""
    if alert.opened_at is None or alert.outcome == "did_not_go":
        return Acted.NOT_SEEN
    if alert.outcome in ASSESSED:
        return Acted.OUTCOME
    if alert.state != "open":
        return Acted.ACKNOWLEDGED
    last = alert.responses.exclude(word="read").order_by("-at", "-pk").values_list("word", flat=True).first()
    return Acted.NOT_SEEN if last == "not_yet" else Acted.NOTHING


def adopt_record(alert: Alert, courses: Sequence[Course]) -> None:
    """An alert from a version that kept no record has the signs of the days that it was shown with.

    Of the day that its evidence was counted on these are known by name; of the others any sign is taken as shown.
    """
    if alert.on_record is not None:
        return
    evidence = alert.evidence
    shown, counted_on = set(evidence["days"]), evidence.get("as_of", alert.met_on.isoformat())
    counted = {sign for check in SIGN_CHECKS for sign in evidence["counts"].get(check, {}).get("found", ())}
    kept = {
        sign: [day for day in days if day in shown and (day != counted_on or sign in counted)]
        for sign, days in _written(signs_together(courses)).items()
    }
    alert.on_record = {sign: days for sign, days in kept.items() if days}


def signs_of_alert(alert: Alert) -> Signs:
    """The signs that it is about, with their days."""
    return _read(alert.signs)


def record_signs(alert: Alert, courses: Sequence[Course], *, settled: bool) -> None:
    """Note the signs as they are now; when they are `settled` (sent, or kept on purpose) they are on record."""
    alert.signs = _written(signs_together(courses))
    if settled:
        alert.on_record = alert.signs


def withheld(courses: Sequence[Course]) -> bool:
    """Whether any sign is not sent because a doctor has looked at it: it will be, should that be taken back."""
    return any(
        course.assessed_on is not None and seen.day < course.assessed_on
        for course in courses
        for seen in sightings(course.signs)
    )


def keep_signs(alert: Alert, signs: Signs) -> None:
    """Its signs are only these by now."""
    if signs != signs_of_alert(alert):
        alert.signs = _written(signs)
        alert.save(update_fields=["signs"])


def forget_signs(alert: Alert, signs: Collection[str]) -> None:
    """As if they had never been noted: the next screening meets them as new."""
    alert.signs = {sign: days for sign, days in alert.signs.items() if sign not in signs}
    alert.on_record = {sign: days for sign, days in (alert.on_record or {}).items() if sign not in signs}
    alert.save(update_fields=["signs", "on_record"])


def _sent_as(found: Collection[Sighting], courses: Sequence[Course], today: date) -> Tier | None:
    return highest(
        course.sign_sent_as(seen, today=today)
        for course in courses
        for seen in sightings(course.signs)
        if seen in found
    )


def _read(stored: dict[str, list[str]]) -> Signs:
    return {sign: [date.fromisoformat(day) for day in days] for sign, days in stored.items()}


def _written(signs: Signs) -> dict[str, list[str]]:
    return {sign: [day.isoformat() for day in days] for sign, days in signs.items()}
