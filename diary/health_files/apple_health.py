"""Apple Health's `export.xml`: the records of body mass, whatever else it holds.

It is read a piece at a time by expat, which is told of no document type at all. Apple's own comes with every export and
is at times not well-formed (iOS 16); others could define entities that grow without end. So it is cut out before, and
refused where it defines an entity.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn
from xml.parsers import expat

from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import Malformed
from diary.format.time_zones import is_time_zone
from diary.health_files.left_out import LeftOut, Reason
from diary.health_files.measured import KILOGRAMS, Measured, Moment, kilograms, moment_in, moment_of
from diary.health_files.peeked import AT_ONCE, HEAD, Read

_BODY_MASS: Final = "HKQuantityTypeIdentifierBodyMass"
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE\s+HealthData\s*\[")
_END: Final = re.compile(rb"<!--.*?-->|(?P<end>\]\s*>)", re.DOTALL)
_LARGEST_DOCTYPE: Final = 1024 * 1024
_LARGEST_TAG: Final = 1024 * 1024
_DEEPEST: Final = 100
_CONTROLS: Final = bytes.maketrans(bytes({*range(32)} - {9, 10, 13}), b" " * 29)
"""Apple lets some of them stand in names, where XML has no place for them."""


def is_apple_health(head: bytes) -> bool:
    """Whether a file begins like an export."""
    return b"<!DOCTYPE HealthData" in head or b"<HealthData" in head


def weights(read: Read, left_out: LeftOut) -> Iterator[Measured]:
    """Every weight, in the order of the file. Raises Malformed for what is not XML, and for what would grow."""
    records = _Records(left_out)
    parser = expat.ParserCreate()
    parser.specified_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = records.start, records.end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    records.parser = parser
    fed = 0
    try:
        for piece in _without_doctype(read):
            parser.Parse(piece)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LARGEST_TAG:
                raise Malformed(_("The file has an element that is far too large."))
            yield from _understood(records, left_out)
        parser.Parse(b"", True)  # noqa: FBT003 the end
    except expat.ExpatError as error:
        raise Malformed(Sentence(_("The file is not XML from line {line} on."), line=error.lineno)) from error
    yield from _understood(records, left_out)


def _understood(records: "_Records", left_out: LeftOut) -> Iterator[Measured]:
    """In the order of the file, the others too: whoever goes on with one of them may leave it out after all."""
    for line, found in records.taken():
        if isinstance(found, Measured):
            yield found
        else:
            left_out.add(line, found)


def _without_doctype(read: Read) -> Iterator[bytes]:
    """All but the document type, of which the ends of the lines stay, so that lines keep their numbers."""
    head = read(HEAD)
    while len(head) < HEAD and (piece := read(HEAD - len(head))):
        head += piece
    if (found := _DOCTYPE.search(head)) is not None:
        yield head[: found.start()]
        head = _after(head[found.end() :], read)
    yield head.translate(_CONTROLS)
    while piece := read(AT_ONCE):
        yield piece.translate(_CONTROLS)


def _after(declared: bytes, read: Read) -> bytes:
    """What follows the document type. Raises Malformed for one with entities, and one without an end."""
    while (end := next((found for found in _END.finditer(declared) if found["end"]), None)) is None:
        piece = read(AT_ONCE)
        declared += piece
        if not piece or len(declared) > _LARGEST_DOCTYPE:
            raise Malformed(_("The document type of the file has no end."))
    if b"<!ENTITY" in declared[: end.start()]:
        _refuse()
    return b"\n" * declared[: end.end()].count(b"\n") + declared[end.end() :]


def _refuse(*_declared: Any) -> NoReturn:
    raise Malformed(_("The file defines entities, which no export of Apple Health does. It is not read."))


class _Records:
    """What the parser came across since it was asked last."""

    parser: Any

    def __init__(self, left_out: LeftOut) -> None:
        self._left_out = left_out
        self._found: list[tuple[int, Measured | Reason]] = []
        self._record: dict[str, str] | None = None
        self._line = 0
        self._depth = 0

    def taken(self) -> list[tuple[int, Measured | Reason]]:
        """What was found, once, and in which line."""
        found, self._found = self._found, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Raises Malformed for elements within elements without end."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Malformed(_("The file is nested too deeply."))
        if name == "Record":
            self._record, self._line = attributes, self.parser.CurrentLineNumber
        elif name == "MetadataEntry" and self._record is not None and attributes.get("key") == "HKTimeZone":
            self._record["zone"] = attributes.get("value", "")

    def end(self, name: str) -> None:
        self._depth -= 1
        record = self._record
        if name != "Record" or record is None:
            return
        self._record = None
        if record.get("type") != _BODY_MASS:
            self._left_out.passed_over += 1
        else:
            self._found.append((self._line, _weight(record, self._line)))


def _weight(record: dict[str, str], line: int) -> Measured | Reason:
    unit = record.get("unit", "")
    if unit not in KILOGRAMS:
        return "unit"
    weight, moment = kilograms(record.get("value", ""), unit), _moment(record)
    if moment is None:
        return "date"
    if weight is None:
        return "number"
    return Measured(line, f"apple-health\n{record.get('sourceName', '')}", moment, weight_kg=weight)


def _moment(record: dict[str, str]) -> Moment | None:
    """By the clocks where it was, if the record says where: the rest of an export has the offset of its last day."""
    moment, zone = moment_of(record.get("startDate", "")), record.get("zone", "")
    return moment_in(moment.at, zone) if moment and is_time_zone(zone) else moment
