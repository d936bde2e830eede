"""Which danger signs an entry or event makes by itself, or together with what else its day says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symptom_diary_client.content import Content, Kind
from symptom_diary_client.signs.table import SIGNS, DangerSignRow


def signs_of(kind: Kind, content: Content, same_day: Sequence[Content] = ()) -> list[DangerSignRow]:
    """The danger signs that `content` contributes to, most severe first.

    `same_day` are the other entries of its date: breathlessness noted in the morning and pain on a deep breath noted in
    the evening make one sign. What the others say without it is not its own.
    """
    alone = _said(content)
    others = [_said(one) for one in same_day]
    found = [row for row in SIGNS if row.of == kind and _is_its_own(row, alone, others)]
    return sorted(found, key=lambda row: row.tier != "emergency")


def _is_its_own(row: DangerSignRow, alone: Content, others: Sequence[Content]) -> bool:
    if _is_met(row, [alone]):
        return True
    return row.of == "entry" and _is_met(row, [alone, *others]) and not _is_met(row, others)


def _is_met(row: DangerSignRow, day: Sequence[Content]) -> bool:
    return all(
        any(_says(answers.get(question), answer) for answers in day for answer in enough)
        for question, enough in row.when.items()
    )


def _says(given: object, answer: str | bool) -> bool:
    if isinstance(given, (list, tuple, set, frozenset)):
        return answer in given
    return type(given) is type(answer) and given == answer


def _said(content: Content) -> dict[str, Any]:
    """The answers with those about symptoms beside the others, as the table names them."""
    symptoms = content.get("symptoms")
    named = symptoms.items() if isinstance(symptoms, Mapping) else ()
    return {**content, **{f"symptoms.{name}": answer for name, answer in named}}
