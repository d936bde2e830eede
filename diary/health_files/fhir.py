"""FHIR Observations of body weight (LOINC 29463-7) and of pain from 0 to 10 (LOINC 72514-3), as a Bundle or as NDJSON.

A pain score is taken as the day's worst pain so far: of several the highest counts, as of several entries of a day. One
that this service once said of the night, of rest or of movement is none of these.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from diary.format.document_pieces import pieces
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import Invalid, Malformed, parse_json
from diary.health_files.left_out import LeftOut, Reason
from diary.health_files.measured import KILOGRAMS, Measured, Moment, in_kilograms, moment_of
from diary.health_files.peeked import Read, lines

_TYPE: Final = re.compile(rb'(?<!\\)"resourceType"\s*:')
_LOINC: Final = "http://loinc.org"
_OWN: Final = "/fhir/CodeSystem/symptom-diary"
_WORST: Final = "worst-pain"
_UCUM: Final = "http://unitsofmeasure.org"
WEIGHT: Final = "29463-7"
PAIN: Final = "72514-3"
_NOT_DONE: Final = {"entered-in-error", "cancelled"}


def is_fhir(head: bytes) -> bool:
    """Whether JSON begins like a resource, or like lines of them, and not like a diary document."""
    return _TYPE.search(head) is not None and b'"symptom-diary/' not in head


def values(read: Read, head: bytes, left_out: LeftOut) -> Iterator[Measured]:
    """Every weight and score. Raises Malformed for what is not JSON, and for values of several people."""
    subjects: set[str] = set()
    for place, resource in _of_lines(read) if _is_by_line(head) else _of_bundle(read):
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            left_out.add(place, "resource")
            continue
        code = _code(resource)
        if code is None:
            left_out.passed_over += 1
            continue
        _require_one_person(resource, subjects)
        found = _measured(resource, code, place)
        if isinstance(found, Measured):
            yield found
        else:
            left_out.add(place, found)


def _is_by_line(head: bytes) -> bool:
    """Whether the first line is a resource of its own."""
    try:
        first = parse_json(head.splitlines()[0])
    except Malformed:
        return False
    return isinstance(first, dict) and first.get("resourceType") != "Bundle"


def _of_lines(read: Read) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines(read), start=1):
        if line.strip():
            yield number, _parsed(line)


def _of_bundle(read: Read) -> Iterator[tuple[int, Any]]:
    is_bundle = False
    try:
        for piece in pieces(read):
            if piece.item is None:
                is_bundle = is_bundle or (piece.member == "resourceType" and parse_json(piece.raw) == "Bundle")
            elif piece.member == "entry":
                entry = _parsed(piece.raw)
                yield piece.item + 1, entry.get("resource") if isinstance(entry, dict) else None
    except Invalid as invalid:
        raise Malformed(_("The file has a resource that is far too large.")) from invalid
    if not is_bundle:
        raise Malformed(_("The resource is not a Bundle. Send a Bundle, or one resource a line."))


def _parsed(raw: bytes) -> Any:
    """None of what is not JSON: the rest may be."""
    try:
        return parse_json(raw)
    except Malformed:
        return None


def _code(resource: dict[str, Any]) -> str | None:
    """WEIGHT or PAIN, of an Observation of either."""
    codings = _member(resource.get("code"), "coding")
    if resource["resourceType"] != "Observation" or not isinstance(codings, list):
        return None
    known = {_member(coding, "code") for coding in codings if _member(coding, "system") == _LOINC}
    exactly = {_member(coding, "code") for coding in codings if str(_member(coding, "system")).endswith(_OWN)}
    if PAIN in known and exactly and _WORST not in exactly:
        return None
    return next((code for code in (WEIGHT, PAIN) if code in known), None)


def _require_one_person(resource: dict[str, Any], subjects: set[str]) -> None:
    subject = _member(resource.get("subject"), "reference")
    if isinstance(subject, str):
        subjects.add(subject)
    if len(subjects) > 1:
        raise Malformed(_("The file holds values of several people. A diary is about one."))


def _measured(resource: dict[str, Any], code: str, place: int) -> Measured | Reason:
    if resource.get("status") in _NOT_DONE:
        return "withdrawn"
    moment = _moment(resource)
    if moment is None:
        return "date"
    if code == WEIGHT:
        weight = _weight(resource.get("valueQuantity"))
        return weight if isinstance(weight, str) else Measured(place, "fhir", moment, weight_kg=weight)
    score = _score(resource)
    return "score" if score is None else Measured(place, "fhir", moment, worst_pain=score)


def _moment(resource: dict[str, Any]) -> Moment | None:
    period = _member(resource.get("effectivePeriod"), "start")
    written = resource.get("effectiveDateTime") or resource.get("effectiveInstant") or period
    return moment_of(written) if isinstance(written, str) else None


def _weight(quantity: Any) -> float | Reason:
    value = _member(quantity, "value")
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "number"
    unit = _member(quantity, "code") if _member(quantity, "system") == _UCUM else _member(quantity, "unit")
    if not isinstance(unit, str) or unit not in KILOGRAMS:
        return "unit"
    weight = in_kilograms(value, unit)
    return "number" if weight is None else weight


def _score(resource: dict[str, Any]) -> int | None:
    value = resource.get("valueInteger", _member(resource.get("valueQuantity"), "value"))
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in range(11):
        return None
    return int(value)


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
