"""What an alert is based on, for the doctor: dates, counts, thresholds, what was compared, and the treatment trials."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from alerts.messages import labels
from alerts.messages.amounts import pain_points, points, share, share_points
from alerts.messages.evidence import Evidence
from alerts.messages.sentences import PATTERNS
from alerts.messages.signs import SIGNS
from alerts.rules.rule import CHANGED

COUNT: Final = _(
    "%(label)s: positive on %(positive)d of %(answered)d answered days in %(calendar_days)d days. "
    "Needed: answers ≥ %(answers_needed)d, positive ≥ %(share)s."
)
APART: Final = _("%(label)s: %(days_apart)d days from the first to the last. Needed: ≥ %(days_apart_needed)d.")
VALUE: Final = _("%(label)s: %(value)s. Needed: ≥ %(threshold)s.")
AT_MOST: Final = _("%(label)s: %(value)s. Needed: ≤ %(threshold)s.")
FOUND: Final = _("%(label)s: %(found)s.")
YES: Final = _("%(label)s: yes.")
CHANGE: Final = _("Assessed by a doctor on %(since)s. Changed since: %(found)s.")
COMPARED: Final = _("%(label)s: %(value)s in the last 28 days, %(reference)s in the 28 days up to %(date)s.")
MORE_NEEDED: Final = _("Needed: %(rise)s more.")
MORE_NEEDED_FOR_DAYS: Final = _(
    "Needed on each of %(days)d days: %(rise)s more, or %(less)s more together with a share of days with pain at "
    "night or at rest that is %(nights)s higher."
)
NEW_NEEDED: Final = _("Needed: under %(share)s then, and present for six weeks now.")

KINDS: Final[Mapping[str, Promise]] = {
    "medication": _("Medication"),
    "physiotherapy": _("Physiotherapy"),
    "home_exercise": _("Home exercise"),
}
VERDICTS: Final[Mapping[str, Promise]] = {
    "not_judged": _("not judged yet"),
    "responded": _("response"),
    "relapsing": _("relapsing"),
    "response_ended": _("response, then relapse"),
    "not_responded": _("no response"),
    "uncertain": _("uncertain"),
}
QUESTIONS: Final[Mapping[str, Promise]] = {
    "night_rest": _("pain at night or at rest"),
    "worst_pain": _("worst pain"),
}


class TrialRow(Struct, frozen=True):
    """One row of the trials table. `before` and `after` are means of 7 days on the 0–10 scale, null when unknown."""

    kind: str
    name: str
    started: str
    last_day: str
    before: str | None
    after: str | None
    question: str | None
    verdict: str
    remark: str


def doctor_lines(evidence: Evidence) -> list[str]:
    """One line a fact, in the language that is active."""
    lines = [_span(evidence), *_lines(evidence.counts, "")]
    return list(dict.fromkeys(lines))


def trial_rows(evidence: Evidence) -> list[TrialRow]:
    """The trials table, in the language that is active."""
    return [_row(trial) for trial in evidence.trials]


def _span(evidence: Evidence) -> str:
    days = len(evidence.days)
    words = ngettext(
        "Counted as of %(as_of)s; based on %(days)d day: %(first)s.",
        "Counted as of %(as_of)s; based on %(days)d days from %(first)s to %(last)s.",
        days,
    )
    first, last = (min(evidence.days), max(evidence.days)) if days else (evidence.as_of, evidence.as_of)
    return words % {"as_of": _day(evidence.as_of), "days": days, "first": _day(first), "last": _day(last)}


def _lines(counts: Mapping[str, Any], sign: str) -> Iterator[str]:
    """A line for each check that is met; `sign` is whose counts they are where a check has no words of its own."""
    for name, facts in counts.items():
        if not facts["met"]:
            continue
        if name == CHANGED:
            yield from _change(facts)
        elif "positive" in facts:
            yield from _count(sign if name in labels.OF_THE_SIGN else name, facts)
        elif "threshold" in facts or "at_most" in facts:
            yield _value(name, facts)
        elif name in labels.ANSWERS:
            yield str(YES) % {"label": labels.ANSWERS[name]}
        elif "found" in facts:
            yield from _found(name, facts)
        else:
            parts = {part: told for part, told in facts.items() if isinstance(told, Mapping)}
            yield from _lines(parts, name if name in labels.COUNTS else sign)


def _count(name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    told = {**facts, "label": labels.COUNTS[name], "share": share(facts["share_needed"])}
    yield str(COUNT) % told
    if "days_apart" in facts:
        yield str(APART) % told


def _value(name: str, facts: Mapping[str, Any]) -> str:
    label, written = labels.VALUES[name]
    words, threshold = (VALUE, facts["threshold"]) if "threshold" in facts else (AT_MOST, facts["at_most"])
    return str(words) % {"label": label, "value": written(facts["value"]), "threshold": written(threshold)}


def _found(name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    told = [_named(name, one) for one in facts["found"]]
    yield str(FOUND) % {"label": labels.FINDS[name], "found": ", ".join(told)}
    for one in facts["found"]:
        if one in facts:
            yield from _count(one, facts[one])


def _named(name: str, found: str) -> str:
    if name == "events":
        return _day(date.fromisoformat(found))
    return str(PATTERNS[found] if name == "patterns" else SIGNS[found])


def _change(facts: Mapping[str, Any]) -> Iterator[str]:
    found = ", ".join(str(SIGNS[name]) for name in facts["found"])
    yield str(CHANGE) % {"since": _day(date.fromisoformat(facts["since"])), "found": found}
    for name, compared in facts.items():
        if isinstance(compared, Mapping) and compared["reference"] is not None and compared["value"] is not None:
            yield f"{_compared(name, compared)} {_needed(name, compared, facts)}"


def _compared(name: str, facts: Mapping[str, Any]) -> str:
    written = _written(name)
    return str(COMPARED) % {
        "label": labels.COMPARED[name],
        "value": written(facts["value"]),
        "reference": written(facts["reference"]),
        "date": _day(date.fromisoformat(facts["reference_ended_on"])),
    }


def _needed(name: str, facts: Mapping[str, Any], change: Mapping[str, Any]) -> str:
    if "reference_below" in facts:
        return str(NEW_NEEDED) % {"share": share(facts["reference_below"])}
    rise = (pain_points if name == "worst_pain" else share_points)(facts["rise_needed"])
    if "days_needed" not in facts:
        return str(MORE_NEEDED) % {"rise": rise}
    return str(MORE_NEEDED_FOR_DAYS) % {
        "days": facts["days_needed"],
        "rise": rise,
        "less": pain_points(facts["rise_needed_with_nights"]),
        "nights": share_points(change["night_rest"]["rise_needed"]),
    }


def _written(name: str) -> Callable[[float], str]:
    return points if name == "worst_pain" else share


def _row(trial: Mapping[str, Any]) -> TrialRow:
    question = trial["question"]
    return TrialRow(
        kind=str(KINDS[trial["kind"]]),
        name=trial["name"],
        started=_day(date.fromisoformat(trial["started_on"])),
        last_day=_day(date.fromisoformat(trial["last_day"])) if trial["last_day"] else gettext("still taken"),
        before=None if trial["before"] is None else points(trial["before"]),
        after=None if trial["after"] is None else points(trial["after"]),
        question=None if question is None else str(QUESTIONS[question]),
        verdict=str(VERDICTS[trial["verdict"]]),
        remark=_remark(trial),
    )


def _remark(trial: Mapping[str, Any]) -> str:
    remarks = []
    if trial["low_confidence"]:
        remarks.append(gettext("low confidence: the score before is recalled, not recorded"))
    if trial["counts_as_not_responded"] and trial["verdict"] != "not_responded":
        remarks.append(gettext("counts as no response after this long"))
    return "; ".join(remarks)


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
