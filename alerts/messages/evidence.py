"""What an alert is based on, in one or two plain sentences: for the patient, or for someone who may read the diary.

With the title and the advice they make at most 60 words. They say what was noted, on how many days and, after a visit,
what changed since; what it may be is for a doctor to say. The doctor's own view of the same is in `for_doctors`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext

from alerts.messages import sentences as say
from alerts.messages.amounts import points, share
from alerts.messages.signs import listed
from alerts.rules.normal_form import normal_form
from alerts.rules.rule import CHANGED

COUNTED_UP_TO: Final = 3
"""More symptoms than this are named without their counts."""
SIGNS_WITH_WHY: Final = 2
"""More signs than this speak for themselves."""
TREATMENTS_NAMED: Final = 2
LONGEST_NAME: Final = 3
"""Words of a treatment's name; one with a longer name is called by its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a finding rests on, as it is stored: the rule's counts as of a day, and each treatment trial.

    `late`: a danger sign that became known weeks after its day.
    """

    rule: str
    as_of: date
    days: Sequence[date]
    counts: Mapping[str, Any]
    trials: Sequence[Mapping[str, Any]]
    late: bool = False


def evidence_wording(evidence: Evidence, whose: str | None = None) -> str:
    """The sentences for the patient, or with `whose` (the patient's name) for who reads the diary, in the language
    that is active.
    """
    facts = {"date": date_format(evidence.as_of, "DATE_FORMAT"), "name": whose}
    parts = SENTENCES[evidence.rule](evidence)
    return " ".join(str(_voice(words, whose)) % {**facts, **more} for words, more in parts)


Part = tuple[say.Told | Promise, Mapping[str, Any]]


def _voice(words: say.Told | Promise, whose: str | None) -> Promise:
    if isinstance(words, say.Told):
        return words.they if whose else words.you
    return words


def _signs(evidence: Evidence) -> Iterator[Part]:
    signs = evidence.counts.get("signs") or evidence.counts["new_signs"]
    yield say.NOTED, {"signs": listed(signs["found"])}
    if evidence.rule in say.WHY and len(signs["found"]) <= SIGNS_WITH_WHY and not evidence.late:
        yield say.WHY[evidence.rule], {}


def _nights(evidence: Evidence) -> Iterator[Part]:
    quota = evidence.counts.get("night_rest_six_weeks") or evidence.counts["night_rest"]
    if CHANGED in evidence.counts:
        yield say.NOTED_IT, quota
        yield from _change(evidence)
        return
    yield _counted(quota, "night_rest")
    yield from _not_helped(evidence)


def _worsening(evidence: Evidence) -> Iterator[Part]:
    yield say.GREW, {"points": points(evidence.counts["above_highest_earlier_mean"]["value"])}
    yield from _change(evidence)


def _lung(evidence: Evidence) -> Iterator[Part]:
    lasting = evidence.counts["companions_for_six_weeks"]
    found = lasting["found"]
    few = len(found) <= COUNTED_UP_TO and CHANGED not in evidence.counts
    yield say.LASTED, {"signs": ", ".join(_with_count(name, lasting) if few else listed([name]) for name in found)}
    if CHANGED in evidence.counts:
        yield say.NEW, {"since": _since(evidence)}


def _with_count(name: str, lasting: Mapping[str, Any]) -> str:
    if name not in lasting:
        return listed([name])
    counted: str = gettext("%(sign)s (%(positive)d of %(answered)d days)") % {"sign": listed([name]), **lasting[name]}
    return counted


def _weight(evidence: Evidence) -> Iterator[Part]:
    loss = evidence.counts["loss"]
    long_ago, recent = loss["lost_since_half_a_year"], loss["with_back_pain"]["lost_since_three_months"]
    words, lost = (say.LOST_IN_HALF_A_YEAR, long_ago) if long_ago["met"] else (say.LOST_IN_THREE_MONTHS, recent)
    yield words, {"share": share(round(lost["value"], 2))}
    if CHANGED in evidence.counts:
        yield say.NEW, {"since": _since(evidence)}


def _flank(evidence: Evidence) -> Iterator[Part]:
    sign, facts = next((name, facts) for name, facts in _parts(evidence.counts["signs"]) if facts["met"])
    alone, beside = facts["alone"], facts["with_companion"]
    quota = alone if alone["met"] else beside["last_week"]
    if CHANGED in evidence.counts:
        yield say.NOTED_IT, quota
        yield from _change(evidence)
        return
    yield _counted(quota, sign)
    if not alone["met"]:
        yield say.BESIDE_IT, {"signs": listed(beside["persistent_companions"]["found"])}


def _lying(evidence: Evidence) -> Iterator[Part]:
    quota, beside = evidence.counts["worse_lying_down"], evidence.counts["beside_it"]
    if CHANGED in evidence.counts:
        yield say.NOTED_IT, quota
        yield from _change(evidence)
        return
    yield _counted(quota, "worse_lying_down")
    if beside["persistent_companions"]["met"]:
        yield say.BESIDE_IT, {"signs": listed(beside["persistent_companions"]["found"])}
    else:
        yield from _not_helped(evidence)


def _trauma(evidence: Evidence) -> Iterator[Part]:
    event = date.fromisoformat(evidence.counts["events"]["found"][-1])
    yield say.STAYED, {"event": date_format(event, "DATE_FORMAT")}


def _check_up(evidence: Evidence) -> Iterator[Part]:
    since = date.fromisoformat(evidence.counts["days_since_assessment"]["since"])
    patterns = "; ".join(str(say.PATTERNS[name]) for name in evidence.counts["patterns"]["found"])
    yield say.STILL_THERE, {"since": date_format(since, "DATE_FORMAT"), "patterns": patterns}


def _counted(quota: Mapping[str, Any], sign: str) -> Part:
    return say.COUNTED, {**quota, "signs": listed([sign])}


def _parts(either: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The parts of a check that is made of others."""
    return ((name, facts) for name, facts in either.items() if isinstance(facts, Mapping))


def _not_helped(evidence: Evidence) -> Iterator[Part]:
    failed = [trial for trial in evidence.trials if trial["counts_as_not_responded"]]
    if failed:
        called: dict[str, str] = {}  # each once, as it was first written
        for name in map(_called, failed):
            called.setdefault(normal_form(name), name)
        yield say.NOT_HELPED, {"treatments": ", ".join([*called.values()][:TREATMENTS_NAMED])}


def _called(trial: Mapping[str, Any]) -> str:
    name: str = trial["name"].strip()
    return name if 0 < len(name.split()) <= LONGEST_NAME else str(say.KINDS[trial["kind"]])


def _change(evidence: Evidence) -> Iterator[Part]:
    """The change since the visit that weighs most, for a rule that asked for one."""
    change = evidence.counts.get(CHANGED)
    if change is None:
        return
    found, since = change["found"], {"since": _since(evidence)}
    if "worst_pain" in found:
        higher = change["worst_pain"]
        words = say.HIGHER_FOR_TWO_WEEKS if "days_needed" in higher else say.HIGHER
        yield words, {**since, "points": points(higher["value"] - higher["reference"])}
    elif any("rise_needed" in change.get(name, {}) for name in found):
        yield say.MORE_OFTEN, since
    else:
        yield say.NEW_SINCE, {**since, "signs": listed(found)}


def _since(evidence: Evidence) -> str:
    return date_format(date.fromisoformat(evidence.counts[CHANGED]["since"]), "DATE_FORMAT")


SENTENCES: Final[Mapping[str, Callable[[Evidence], Iterator[Part]]]] = {
    "cauda_equina": _signs,
    "breathing_emergency": _signs,
    "cancer_history_spinal_pain": _signs,
    "new_neurology": _signs,
    "infection_signs": _signs,
    "fragility_fracture": _signs,
    "coughing_blood": _signs,
    "night_rest_not_responding": _nights,
    "night_rest_persistent": _nights,
    "worsening_pain": _worsening,
    "lung_symptoms": _lung,
    "weight_loss": _weight,
    "flank_or_breath_pain": _flank,
    "worse_lying_down": _lying,
    "minor_trauma_older": _trauma,
    "check_up_due": _check_up,
    "building_pattern": _nights,
}
