"""What someone did about an alert, in words: who, what and when, by the clock of who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal, NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Who = Literal["reader", "patient", "caregiver", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """One thing that was done: `who` did it, seen from the reader, under a `name` (None when it is not known)."""

    word: str
    who: Who
    name: str | None
    at: datetime
    note: str | None = None


class _Said(NamedTuple):
    """What the reader did, and what someone else did."""

    you: Promise
    they: Promise


_SAID: Final[Mapping[str, _Said]] = {
    "read": _Said(gettext_lazy("You: I've read this"), gettext_lazy("%(name)s: I've read this")),
    "acknowledged": _Said(gettext_lazy("You: I'm helping now"), gettext_lazy("%(name)s: I'm helping now")),
    "taken_back": _Said(
        gettext_lazy("You took back “I'm helping now”"), gettext_lazy("%(name)s took back “I'm helping now”")
    ),
    "seen": _Said(gettext_lazy("You: yes, seen by a doctor"), gettext_lazy("%(name)s: yes, seen by a doctor")),
    "not_yet": _Said(gettext_lazy("You: not seen by a doctor yet"), gettext_lazy("%(name)s: not seen by a doctor yet")),
    "not_serious": _Said(
        gettext_lazy("You: the doctor says it's not serious"),
        gettext_lazy("%(name)s: the doctor says it's not serious"),
    ),
    "being_investigated": _Said(
        gettext_lazy("You: the doctor is looking into it"), gettext_lazy("%(name)s: the doctor is looking into it")
    ),
    "serious": _Said(
        gettext_lazy("You: the doctor says it's serious"), gettext_lazy("%(name)s: the doctor says it's serious")
    ),
    "did_not_go": _Said(gettext_lazy("You: there was no visit"), gettext_lazy("%(name)s: there was no visit")),
}
_PATIENT: Final[Mapping[str, _Said]] = {
    "acknowledged": _Said(gettext_lazy("You: I'm getting help"), gettext_lazy("%(name)s: I'm getting help")),
    "taken_back": _Said(
        gettext_lazy("You took back “I'm getting help”"), gettext_lazy("%(name)s took back “I'm getting help”")
    ),
    "did_not_go": _Said(gettext_lazy("You: I didn't go"), gettext_lazy("%(name)s: I didn't go")),
}
"""What the patient themselves says in other words than those who care for them."""

_OUTCOME: Final = _Said(gettext_lazy("You noted the outcome"), gettext_lazy("%(name)s noted the outcome"))
"""An outcome, to those who may not know which."""

_AGAIN: Final[Mapping[str, _Said]] = {
    "not_yet": _Said(
        gettext_lazy("You said that no doctor has seen this yet."),
        gettext_lazy("%(name)s said that no doctor has seen this yet."),
    ),
    "taken_back": _Said(
        gettext_lazy("You took back “I'm helping now”."), gettext_lazy("%(name)s can't help after all.")
    ),
}
_PATIENT_AGAIN: Final[Mapping[str, _Said]] = {
    "taken_back": _Said(
        gettext_lazy("You took back “I'm getting help”."), gettext_lazy("%(name)s isn't getting help after all.")
    ),
}
"""The same when it was the patient."""

SAID_BY_A_DOCTOR: Final = frozenset({"not_serious", "being_investigated", "serious"})
"""The outcomes that the diary counts as a visit."""
OUTCOMES: Final = SAID_BY_A_DOCTOR | {"did_not_go"}


def said(did: Did, *, patient_did: bool, outcome_shown: bool) -> str:
    """One line of what was done, without its time; `patient_did` when it was the patient.

    Unless the outcome is shown, it only says that it was given.
    """
    if did.word == "reopened":
        return _("No one said whether a doctor has seen this, so we sent it again")
    if did.word in OUTCOMES and not outcome_shown:
        return _voiced(_OUTCOME, did)
    texts = _PATIENT.get(did.word) if patient_did else None
    return _voiced(texts or _SAID[did.word], did)


def why_again(did: Did, *, patient_did: bool) -> str:
    """Why an alert is told once more, in a sentence; empty when nothing that someone did is the reason."""
    if did.word == "reopened":
        return _("We asked whether a doctor has seen this, and no one answered.")
    texts = (_PATIENT_AGAIN.get(did.word) if patient_did else None) or _AGAIN.get(did.word)
    return _voiced(texts, did) if texts else ""


def named(did: Did) -> str:
    """Who did it, where it was not the reader."""
    return did.name or _("Someone")


def _voiced(texts: _Said, did: Did) -> str:
    return str(texts.you) if did.who == "reader" else str(texts.they) % {"name": named(did)}


def moment(at: datetime, zone: tzinfo) -> str:
    """Date, time and zone, as the clock of the reader shows them."""
    local = at.astimezone(zone)
    day = date_format(local.date(), "DATE_FORMAT")
    return _("%(day)s, %(time)s (%(zone)s)") % {"day": day, "time": f"{local:%H:%M}", "zone": local.tzname()}
