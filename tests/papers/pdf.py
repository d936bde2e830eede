"""What is in a PDF: its text, and the tree that a screen reader follows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pypdf import PdfReader


@dataclass
class Element:
    """One element of the structure tree, with its own text and what is within."""

    role: str
    alternative: str = ""
    text: str = ""
    within: list["Element"] = field(default_factory=list)

    @property
    def all(self) -> Iterator["Element"]:
        """It and everything within, in reading order."""
        yield self
        for element in self.within:
            yield from element.all

    @property
    def whole_text(self) -> str:
        return " ".join("".join(element.text for element in self.all).split())


class Pdf:
    """A document, opened."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._reader = PdfReader(BytesIO(content), strict=True)
        self._root: Any = self._reader.trailer["/Root"]

    @property
    def language(self) -> str:
        return str(self._root["/Lang"])

    @property
    def title(self) -> str:
        return str(self._reader.metadata and self._reader.metadata.title)

    @property
    def claims_universal_access(self) -> bool:
        """Whether it says that it is PDF/UA-1."""
        xmp = self._root["/Metadata"].get_object().get_data()
        return b"<pdfuaid:part>1</pdfuaid:part>" in xmp and bool(self._root["/MarkInfo"]["/Marked"])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the first side in points."""
        box = self._reader.pages[0].mediabox
        return round(box.width), round(box.height)

    @property
    def sides(self) -> list[str]:
        """The text of each."""
        return [page.extract_text() for page in self._reader.pages]

    @property
    def structure(self) -> Element:
        """The tree, with the text of each element."""
        texts = [_marked_texts(page) for page in self._reader.pages]
        numbers = {page.indirect_reference.idnum: n for n, page in enumerate(self._reader.pages)}  # type: ignore[union-attr]
        root = Element("Root")
        _grow(root, self._root["/StructTreeRoot"]["/K"], None, texts, numbers)
        return root


def _marked_texts(page: Any) -> dict[int, str]:
    """The text of a page by the number that marks it."""
    texts: dict[int, str] = {}
    open_marks: list[int | None] = [None]

    def before(operator: bytes, operands: Any, *_: Any) -> None:
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 else {}
            open_marks.append(properties.get("/MCID") if isinstance(properties, dict) else None)
        elif operator == b"EMC":
            open_marks.pop()

    def text(words: str, *_: Any) -> None:
        if open_marks[-1] is not None:
            texts[open_marks[-1]] = texts.get(open_marks[-1], "") + words

    page.extract_text(visitor_operand_before=before, visitor_text=text)
    return texts


def _grow(parent: Element, kid: Any, side: int | None, texts: list[dict[int, str]], numbers: dict[int, int]) -> None:
    kid = kid.get_object() if hasattr(kid, "get_object") else kid
    if isinstance(kid, int):
        parent.text += texts[side or 0].get(kid, "")
        return
    if isinstance(kid, list):
        for one in kid:
            _grow(parent, one, side, texts, numbers)
        return
    if "/Pg" in kid:
        side = numbers[kid.raw_get("/Pg").idnum]
    if "/S" not in kid:
        _grow(parent, kid.get("/MCID", []), side, texts, numbers)
        return
    element = Element(str(kid["/S"]).removeprefix("/"), str(kid.get("/Alt", "")))
    parent.within.append(element)
    if "/K" in kid:
        _grow(element, kid["/K"], side, texts, numbers)
