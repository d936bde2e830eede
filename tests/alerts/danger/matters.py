"""What must be said of danger signs and to whom, read from the clinical page; it shares nothing with the service.

A *matter* is what one alert is about. The model knows the entries and who did what when, and says what is sent.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EMERGENCY, URGENT, SEE_DOCTOR = 3, 2, 1
RULES = {
    "cauda_equina": EMERGENCY,
    "breathing_emergency": EMERGENCY,
    "coughing_blood": URGENT,
    "infection_signs": URGENT,
}
SIGNS = {
    "saddle_numbness": "cauda_equina",
    "both_legs_weak": "cauda_equina",
    "collapse": "breathing_emergency",
    "coughing_blood": "coughing_blood",
    "fever": "infection_signs",
    "blood_in_urine": "infection_signs",
}
ROUNDS = {EMERGENCY: [15 * MINUTE, 30 * MINUTE], URGENT: [2 * HOUR], SEE_DOCTOR: []}
QUESTIONS = {EMERGENCY: (HOUR, 3 * HOUR), URGENT: (24 * HOUR, 48 * HOUR), SEE_DOCTOR: (14 * DAY, 21 * DAY)}
FORTNIGHT = 14 * DAY

Sightings = set[tuple[str, date]]
"""Each sign with a day on which it was noted."""
Sent = Counter[tuple[str, str, str]]
"""To whom, why, and about which rule."""


@dataclass(eq=False)
class Matter:
    """One alert: how it stands, what it is about, what was on record, and what is still to come."""

    rule: str
    state: str = "kept"
    told_as: int = 0
    signs: Sightings = field(default_factory=set)
    record: Sightings = field(default_factory=set)
    acted: str = "nothing"
    by: str = ""
    at: datetime | None = None
    told: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    circle: list[str] = field(default_factory=list)
    plan: list[tuple[datetime, str]] = field(default_factory=list)
    asked_again: bool = False
    has_been_about: set[date] = field(default_factory=set)
    """Its days, with those that were edited away: they are its own again should they come back."""

    @property
    def days(self) -> set[date]:
        return {day for _, day in self.signs}


class Diary:
    """The entries, the matters that follow from them, and what was sent."""

    def __init__(self, circle: Iterable[str]) -> None:
        self.circle = list(circle)
        self.entries: dict[str, tuple[date, frozenset[str]]] = {}
        self.matters: list[Matter] = []
        self.visits: dict[Matter, date] = {}
        self.past_visits: list[date] = []
        """Of matters that are open again because of news: the visit took place all the same."""
        self.sent: Sent = Counter()

    # What is in the diary

    def sightings(self, rule: str) -> Sightings:
        return {(sign, day) for day, signs in self.entries.values() for sign in signs if SIGNS[sign] == rule}

    def episodes(self, rule: str) -> list[Sightings]:
        """Days at most a fortnight apart belong together."""
        found: list[Sightings] = []
        for sign, day in sorted(self.sightings(rule), key=lambda one: one[1]):
            if not found or day - max(each for _, each in found[-1]) > FORTNIGHT:
                found.append(set())
            found[-1].add((sign, day))
        return found

    def of(self, rule: str) -> list[Matter]:
        return [matter for matter in self.matters if matter.rule == rule]

    def open_one(self, rule: str) -> Matter | None:
        return next((matter for matter in self.of(rule) if matter.state == "open"), None)

    def about(self, sign: str, day: date) -> Matter:
        return next(matter for matter in reversed(self.of(SIGNS[sign])) if (sign, day) in matter.signs)

    def is_simple(self, before: dict[str, tuple[date, frozenset[str]]]) -> bool:
        """Each episode is one matter's and none was cut in two since; two in one have stories of their own.

        So has one that begins where someone closed a matter of which nothing is left in the diary, and one within a
        fortnight of a day that a matter was about before that was edited away: it is the same episode still.
        """
        now, self.entries = self.entries, before
        had = {rule: self.episodes(rule) for rule in RULES}
        self.entries = now
        for rule in RULES:
            for one in self.episodes(rule):
                days = {day for _, day in one}
                owners = [matter for matter in self.of(rule) if matter.days & days]
                emptied = [one for one in self.of(rule) if not one.signs & self.sightings(rule)]
                once = {day for matter in self.of(rule) for day in matter.has_been_about}
                returns = any(abs(day - each) <= FORTNIGHT for day in days for each in once)
                if len(owners) > 1 or (not owners and (emptied or returns)):
                    return False
            for old in had[rule]:
                if sum(bool(old & one) for one in self.episodes(rule)) > 1:
                    return False
        return True

    @property
    def last_visit(self) -> date:
        return max([*self.visits.values(), *self.past_visits], default=date.min)

    def _put_visit_in_the_past(self, matter: Matter) -> None:
        if matter in self.visits:
            self.past_visits.append(self.visits.pop(matter))

    # What is news

    def sent_as(self, rule: str, sightings: Sightings, today: date) -> int:
        """0 is not at all."""
        seen_on = self.last_visit
        ages = [today - day for _, day in sightings if day >= seen_on]
        if any(age <= 14 * DAY for age in ages):
            return RULES[rule]
        return SEE_DOCTOR if any(age <= 90 * DAY for age in ages) else 0

    def news(self, matter: Matter) -> Sightings:
        """The table of the page."""
        found: Sightings = set()
        recorded = {sign for sign, _ in matter.record}
        last = max((day for _, day in matter.record), default=date.min)
        for sign, day in matter.signs - matter.record:
            own = [each for one, each in matter.signs if one == sign and each < day]
            if sign not in recorded:
                found.add((sign, day))
            elif matter.acted == "outcome":
                later = day > max(each for one, each in matter.record if one == sign)
                if later and (not own or day - max(own) > FORTNIGHT):
                    found.add((sign, day))
            elif day > last and self._a_later_day_counts(matter):
                found.add((sign, day))
        return found

    def _a_later_day_counts(self, matter: Matter) -> bool:
        if matter.told_as == SEE_DOCTOR:
            return matter.state != "open" or matter.acted == "not_seen"
        return RULES[matter.rule] == EMERGENCY or matter.acted == "not_seen"

    def look(self, now: datetime) -> set[Matter]:
        """Whatever the diary says now is laid beside what is on record; gives the matters that are told."""
        told: set[Matter] = set()
        had = {matter: matter.days for matter in self.matters}
        for rule in RULES:
            for found in self.episodes(rule):
                days = {day for _, day in found}
                owner = next((matter for matter in self.of(rule) if had.get(matter, matter.days) & days), None)
                told |= self._meets(rule, found, owner, now)
            self._withdraw_what_is_gone(rule)
        for matter in self.matters:
            matter.has_been_about |= matter.days
        return told

    def _meets(self, rule: str, found: Sightings, owner: Matter | None, now: datetime) -> set[Matter]:
        tier = self.sent_as(rule, found, now.date())
        another = self.open_one(rule)
        if owner is None and another is not None and tier:
            another.signs |= found
            if tier > SEE_DOCTOR:
                return self.tell(another, tier, now)
            owner = another
        if owner is None:
            owner = Matter(rule)
            self.matters.append(owner)
            owner.signs = found
            if tier:
                return self.tell(owner, tier, now)
            owner.acted = "not_seen"
            self._keep(owner)
            return set()
        rest = {(sign, day) for sign, day in owner.signs - found if (sign, day) in self.sightings(rule)}
        owner.signs = found | rest
        return self._is_there_news(owner, now)

    def _is_there_news(self, matter: Matter, now: datetime) -> set[Matter]:
        if matter.state == "open":
            tier = self.sent_as(matter.rule, matter.signs - matter.record, now.date())
            if tier > matter.told_as:
                return self.tell(matter, tier, now)
            if any(what == "escalated" for _, what in matter.plan):
                return set()
        tier = self.sent_as(matter.rule, self.news(matter), now.date())
        if tier:
            return self.tell(matter, tier, now)
        if matter.state == "kept":
            self._keep(matter)
        return set()

    def _keep(self, matter: Matter) -> None:
        """No one is told. What only a visit holds back would be told without it."""
        if min(matter.days) >= self.last_visit:
            matter.record = set(matter.signs)

    def _withdraw_what_is_gone(self, rule: str) -> None:
        for matter in self.of(rule):
            if matter.state != "closed" and not matter.signs & self.sightings(rule):
                self.matters.remove(matter)
                self._say(matter, "withdrawn", [] if matter.state == "kept" else sorted(matter.told))

    # What is said

    def tell(self, matter: Matter, tier: int, now: datetime, why: str = "news") -> set[Matter]:
        """Everyone is told at once, and the rounds start over."""
        another = self.open_one(matter.rule)
        if another is not None and another is not matter:
            return self._joins(matter, another, tier, now)
        matter.record = set(matter.signs)
        if matter.state in ("closed", "kept"):
            matter.told_as = tier
        if matter.state != "open":
            matter.acted = "nothing"
        matter.told_as, matter.state = max(matter.told_as, tier), "open"
        self._put_visit_in_the_past(matter)
        matter.circle, matter.read = list(self.circle), set()
        matter.plan = [(now + wait, "escalated") for wait in ROUNDS[matter.told_as]]
        matter.plan.append((now + FORTNIGHT, "reminder"))
        self._say(matter, why, matter.circle)
        return {matter}

    def _joins(self, matter: Matter, another: Matter, tier: int, now: datetime) -> set[Matter]:
        """What is news about one goes to the one that is open."""
        self.matters.remove(matter)
        self._put_visit_in_the_past(matter)
        another.signs |= matter.signs
        another.record |= matter.record
        another.has_been_about |= matter.has_been_about
        if tier > SEE_DOCTOR:
            return self.tell(another, max(tier, another.told_as), now)
        return self._is_there_news(another, now)

    def _say(self, matter: Matter, why: str, to: Iterable[str]) -> None:
        for person in to:
            self.sent[person, why, matter.rule] += 1
            if why != "withdrawn":
                matter.told.add(person)

    # What falls due

    def next_due(self) -> datetime | None:
        return min((due for matter in self.matters for due, _ in matter.plan[:1]), default=None)

    def beat(self, now: datetime) -> None:
        """The first step of each matter that is due; what comes after it keeps its distance."""
        for matter in list(self.matters):
            if matter.plan and matter.plan[0][0] <= now:
                (due, what), *rest = matter.plan
                matter.plan = [(later + (now - due), then) for later, then in rest]
                self._take(matter, what, now)

    def _take(self, matter: Matter, what: str, now: datetime) -> None:
        if what in ("escalated", "reminder"):
            meant = matter.circle if what == "escalated" else self.circle
            everybody_has = set(self.circle) <= matter.read
            anew = everybody_has or bool(self.news(matter))
            matter.record = set(matter.signs)
            self._say(matter, what, [one for one in meant if anew or one not in matter.read])
        elif what == "question":
            last = matter.told_as == SEE_DOCTOR and not matter.plan
            asked = self.circle if last else list(dict.fromkeys(["alice", matter.by]))
            self._say(matter, what, asked)
        elif what == "reopened":
            self.reopen(matter, now, "nothing")
        elif what == "asked again":
            self._ask_again(matter, now)

    def _ask_again(self, matter: Matter, now: datetime) -> None:
        still = [one for one in self.episodes(matter.rule) if {day for _, day in one} & matter.days]
        still = [one for one in still if now.date() - max(day for _, day in one) <= 27 * DAY]
        tier = self.sent_as(matter.rule, set().union(*still), now.date())
        if tier and self.open_one(matter.rule) is None:
            matter.asked_again = True
            self.tell(matter, tier, now, "reminder")

    # What people do

    def acknowledge(self, matter: Matter, who: str, now: datetime) -> None:
        if matter.state == "open":
            matter.state, matter.acted, matter.by, matter.at = "acknowledged", "acknowledged", who, now
            matter.record = set(matter.signs)
            first, second = QUESTIONS[matter.told_as]
            then = "reopened" if matter.told_as > SEE_DOCTOR else "question"
            matter.plan = [(now + first, "question"), (now + second, then)]
            self._say(matter, "acknowledged", sorted(matter.told - {who}))

    def may_take_back(self, matter: Matter, who: str, now: datetime) -> bool:
        return matter.state == "acknowledged" and matter.by == who and now - (matter.at or now) <= 10 * MINUTE

    def reopen(self, matter: Matter, now: datetime, acted: str, why: str = "news") -> None:
        """Where another episode of the rule is open it goes on with that one."""
        another = self.open_one(matter.rule)
        self.visits.pop(matter, None)
        if another is None:
            self.tell(matter, matter.told_as, now, why)
            matter.acted = acted
        else:
            self.matters.remove(matter)
            another.signs |= matter.signs
            another.has_been_about |= matter.has_been_about
            another.told_as = max(another.told_as, matter.told_as)
            self.tell(another, another.told_as, now, why)

    def outcome(self, matter: Matter, what: str, now: datetime) -> None:
        """`seen`, `not_serious` or `did_not_go`."""
        acted = {"seen": "acknowledged", "not_serious": "outcome", "did_not_go": "not_seen"}[what]
        matter.state, matter.acted, matter.record, matter.plan = "closed", acted, set(matter.signs), []
        self.visits.pop(matter, None)
        if what == "not_serious":
            self.visits[matter] = now.date()
        elif what == "did_not_go" and not matter.asked_again:
            matter.plan = [(now + FORTNIGHT, "asked again")]

    def join(self, who: str) -> None:
        self.circle.append(who)
        for matter in self.matters:
            if matter.state == "open" and matter.told_as > SEE_DOCTOR:
                matter.circle.append(who)
                self._say(matter, "news", [who])
