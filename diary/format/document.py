"""The diary document, `symptom-diary/1`: one person's whole diary as one JSON value.

It is what an export gives, what can be imported, and what the command line screens. Nothing here needs settings or a
database.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from diary.format.faults import must_be, unknown_fields
from diary.format.fields import RESOURCES, Entry, Event, Profile, ResourceType, Treatment
from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import FieldError, Invalid, may_hold_unstorable_text, parse_json, require_storable_text
from diary.format.validation import validated, validated_together

FORMAT: Final = "symptom-diary/1"
LISTS: Final[dict[str, ResourceType]] = {"entries": "entry", "treatments": "treatment", "events": "event"}


class DocumentProfile(Profile, frozen=True, forbid_unknown_fields=True):
    """The profile, and the patient's id if the document has it."""

    id: UUID | None = None


class Document(Struct, frozen=True):
    """One diary. No id stands twice in a list."""

    patient: DocumentProfile
    entries: list[Entry]
    treatments: list[Treatment]
    events: list[Event]


def parse(raw: bytes, *, latest: date = date.max) -> Document:
    """The document in `raw`, none of whose dates is after `latest`.

    Raises `diary.format.strict_json.Malformed` when it is not JSON as this service speaks it,
    `diary.format.strict_json.Invalid` with all faults and their places otherwise. A document without one of its lists
    has nothing of that kind.
    """
    value = parse_json(raw)
    if may_hold_unstorable_text(raw):
        require_storable_text(value)
    errors = list(outer_errors(value))
    if errors:
        raise Invalid(errors)
    document = Document(
        patient=profile_of(value["patient"], latest, errors),
        entries=rows_of("entries", value.get("entries", []), latest, errors),
        treatments=rows_of("treatments", value.get("treatments", []), latest, errors),
        events=rows_of("events", value.get("events", []), latest, errors),
    )
    if errors:
        raise Invalid(errors)
    return document


def encode(document: Document) -> bytes:
    """The document as JSON; `parse` gives the same back."""
    profile = {name: value for name, value in msgspec.structs.asdict(document.patient).items() if value is not None}
    return msgspec.json.encode({"format": FORMAT, **msgspec.structs.asdict(document), "patient": profile})


def outer_errors(value: Any) -> Iterator[FieldError]:
    """What is wrong with the members of a document, but for what stands in them."""
    if not isinstance(value, dict):
        yield FieldError("", "invalid_type", must_be(dict))
        return
    yield from unknown_fields(value, {"format", "patient", *LISTS})
    if value.get("format") != FORMAT:
        yield FieldError("/format", "invalid_value", Sentence(_("must be {what}"), what=FORMAT))
    if "patient" not in value:
        yield FieldError("/patient", "required", _("is required"))
    for name in LISTS:
        if not isinstance(value.get(name, []), list):
            yield FieldError(f"/{name}", "invalid_type", must_be(list))


def profile_of(written: Any, latest: date, errors: list[FieldError]) -> DocumentProfile:
    """The profile in a document; each fault goes to `errors` with its place."""
    return _part(DocumentProfile, written, latest, "/patient", errors) or DocumentProfile()


def rows_of(
    name: str,
    written: list[Any],
    latest: date,
    errors: list[FieldError],
    *,
    first: int = 0,
    seen: set[int] | None = None,
) -> list[Any]:
    """What is good of the rows of the list `name`, the first of which is its number `first`.

    Each fault goes to `errors` with its place. `seen` are the ids of the rows before, and then of these too.
    """
    kind, seen = RESOURCES[LISTS[name]], set() if seen is None else seen
    contents: list[Any] | None = validated_together(kind, written, latest=latest)
    ids = {content.id.int for content in contents or ()}
    if contents is not None and len(ids) == len(contents) and ids.isdisjoint(seen):
        seen |= ids
        return contents
    return _one_by_one(kind, written, name, latest, errors, first, seen)


def _one_by_one(
    kind: type[Entry] | type[Treatment] | type[Event],
    written: list[Any],
    name: str,
    latest: date,
    errors: list[FieldError],
    first: int,
    seen: set[int],
) -> list[Any]:
    """What is good of rows of which one has a fault."""
    items: list[Any] = []
    for index, item in enumerate(written, start=first):
        content: Any = _part(kind, item, latest, f"/{name}/{index}", errors)
        if content is None:
            continue
        if content.id.int in seen:
            errors.append(FieldError(f"/{name}/{index}/id", "duplicate", _("occurs twice in this list")))
        seen.add(content.id.int)
        items.append(content)
    return items


Part = TypeVar("Part", DocumentProfile, Entry, Treatment, Event)


def _part(kind: type[Part], value: Any, latest: date, pointer: str, errors: list[FieldError]) -> Part | None:
    try:
        return validated(kind, value, latest=latest, pointer=pointer)
    except Invalid as invalid:
        errors.extend(invalid.errors)
        return None
