"""From a form to an entry: only what was answered is in it, for nothing ticked is no "no".

"None of the others" is an answer: it says no to everything in its group that is not ticked.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from django.http import QueryDict

from diary.format.fields import Entry
from diary.format.validation import EARLIEST
from web.question import NOT_ANSWERED
from web.today.questions import BESIDE_THE_PAIN, DANGER, PAINS, SITES, YES_OR_NO

GROUPS: Final = {"danger": DANGER, "beside": BESIDE_THE_PAIN}
"""The lists of symptoms, by the name of their boxes."""
_SAID: Final = {"yes": True, "no": False}
_WHOLE: Final = re.compile(r"\d{1,7}", re.ASCII)
_DECIMAL: Final = re.compile(r"\d{1,7}\.\d{1,20}", re.ASCII)


def given_in(form: QueryDict) -> dict[str, Any]:
    """What was filled in, to be shown again."""
    lists = {name: form.getlist(name) for name in (*GROUPS, "sites")}
    return {**form.dict(), **lists}


def entry_of(form: QueryDict, *, id_: str, treatments: Iterable[UUID], zone: str) -> dict[str, Any]:
    """The body of the entry as the API takes it, not validated yet. It was recorded when its form was opened."""
    answered: dict[str, Any] = {
        "id": id_,
        "date": form.get("date", ""),
        "recorded_at": form.get("opened", ""),
        "time_zone": zone,
        **{name: number_in(said) for name in PAINS if (said := form.get(name, NOT_ANSWERED))},
        **{name: _SAID[said] for name in YES_OR_NO if (said := form.get(name, NOT_ANSWERED)) in _SAID},
    }
    if sites := [word for word in form.getlist("sites") if word in SITES]:
        answered["sites"] = sites
    if symptoms := {word: said for name in GROUPS for word, said in _symptoms(form, name)}:
        answered["symptoms"] = symptoms
    asked = {str(one): form.get(f"taken-{one}", NOT_ANSWERED) for one in treatments}
    if took := {one: _SAID[said] for one, said in asked.items() if said in _SAID}:
        answered["treatments_taken"] = took
    if weight := form.get("weight_kg", "").strip():
        answered["weight_kg"] = number_in(weight)
    if note := form.get("note", "").strip():
        answered["note"] = note.replace("\r\n", "\n")
    return answered


def given_of(entry: Entry) -> dict[str, Any]:
    """A stored entry, as the form shows it."""
    said = {True: "yes", False: "no"}
    symptoms: dict[str, bool] = msgspec.to_builtins(entry.symptoms) if entry.symptoms else {}
    given: dict[str, Any] = {"date": entry.date.isoformat(), "opened": entry.recorded_at.isoformat()}
    given |= {"zone": entry.time_zone}
    given |= {name: str(score) for name in PAINS if (score := getattr(entry, name)) is not None}
    given |= {name: said[answer] for name in YES_OR_NO if (answer := getattr(entry, name)) is not None}
    given |= {f"taken-{id_}": said[took] for id_, took in (entry.treatments_taken or {}).items()}
    given |= {name: [word for word in words if symptoms.get(word)] for name, words in GROUPS.items()}
    given |= {f"{name}_others": "yes" for name, words in GROUPS.items() if words.keys() <= symptoms.keys()}
    return given | {"sites": entry.sites or [], "note": entry.note or "", "weight_kg": entry.weight_kg or ""}


def with_the_rest(sent: Mapping[str, Any], before: Entry, *, asked: Iterable[UUID]) -> dict[str, Any]:
    """What was sent, with what the entry held before that the form does not ask for: an app may have noted more."""
    unasked = {str(one): took for one, took in (before.treatments_taken or {}).items() if one not in set(asked)}
    whole = {**sent, "time_zone": before.time_zone}
    if before.qualities:
        whole["qualities"] = list(before.qualities)
    if unasked:
        whole["treatments_taken"] = {**unasked, **sent.get("treatments_taken", {})}
    said: dict[str, bool] = msgspec.to_builtins(before.symptoms) if before.symptoms else {}
    if noes := {word: False for word, there in said.items() if not there}:  # a box cannot show a "no" of its own
        whole["symptoms"] = {**noes, **sent.get("symptoms", {})}
    return whole


def day_of(text: str) -> date | None:
    """The day that a form or an address names, None for none that an entry could be about."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= EARLIEST else None


def says_anything(entry: Mapping[str, Any]) -> bool:
    """Whether there is an answer in it."""
    return bool(entry.keys() - {"id", "date", "recorded_at", "time_zone"})


def number_in(text: str) -> int | float | str:
    """The number that the text is, with a point or a comma; else the text, which is then refused."""
    text = text.strip().replace(",", ".")
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _symptoms(form: QueryDict, name: str) -> Iterable[tuple[str, bool]]:
    chosen, others = form.getlist(name), form.get(f"{name}_others") == "yes"
    return [(word, word in chosen) for word in GROUPS[name] if word in chosen or others]
