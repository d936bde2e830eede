"""The process that typesets: an order comes in, a file goes out, nothing is kept. Run by `compiler`, never imported.

Typst keeps what it made for the next time: 200 MB, and somebody's diary, in a process that lives on. This one does not.
It knows no Django, no settings and no secret, and it has a limit of its own.
"""

import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

SECONDS: Final = 20
"""Of processor time; a page takes a tenth of one."""


def main() -> None:
    """One order from the standard input, as JSON: `source`, `fonts`, `data`, and a `kind` with what belongs to it."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    order = msgspec.json.decode(sys.stdin.buffer.read())
    source = Path(order["source"])
    compiler = typst.Compiler(
        input=source,
        root=source.parent,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(one) for one in order["fonts"]]
        ),
        sys_inputs={"data": msgspec.json.encode(order["data"]).decode()},
    )
    sys.stdout.buffer.write(_document(compiler, order) if order["kind"] == "pdf" else _picture(compiler, order))


def _picture(compiler: typst.Compiler, order: dict[str, Any]) -> bytes:
    """The first side."""
    made = compiler.compile(format=order["kind"], ppi=order["dots_an_inch"])
    return made[0] if isinstance(made, list) else made or b""


def _document(compiler: typst.Compiler, order: dict[str, Any]) -> bytes:
    """A tagged PDF after PDF/UA-1.

    The standard asks that each letter has a shape. Where no font has one, the document is the same and does not claim
    to be of the standard: a rare letter in a name must not keep anyone from their doctor's page.
    """
    made_at = datetime.fromisoformat(order["made_at"])
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made_at)
    except typst.TypstError:
        made = compiler.compile(format="pdf", timestamp=made_at)
    return made if isinstance(made, bytes) else b""


if __name__ == "__main__":
    main()
