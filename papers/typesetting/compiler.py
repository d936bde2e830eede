"""Typesetting with Typst: a source of ours and data, never a source that is made from data.

What people wrote goes in as JSON and is text there, whatever it looks like. Fonts come with their packages, so that a
page is the same on every machine, and a name is shown in whatever script it is written. Each piece is made by a process
of its own (`typesetter`).
"""

import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

HERE: Final = Path(__file__).parent
FONT_PACKAGES: Final = ("manimgx_fonts", "manimgx_fonts_cjk")
WITHIN_SECONDS: Final = 30
"""By the clock, on a busy machine."""
Picture = Literal["svg", "png"]


class NotTypeset(Exception):
    """It took too long, or ended without a file; says nothing of what was in it."""


def picture(source: str, data: Mapping[str, Any], *, kind: Picture, dots_an_inch: int = 144) -> bytes:
    """The first side as a picture; in SVG the letters are shapes, so that it needs no font where it is shown.

    Raises NotTypeset.
    """
    return _made(source, data, {"kind": kind, "dots_an_inch": dots_an_inch})


def document(source: str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """A tagged PDF. Raises NotTypeset."""
    return _made(source, data, {"kind": "pdf", "made_at": made_at.replace(microsecond=0)})


def _made(source: str, data: Mapping[str, Any], wanted: Mapping[str, Any]) -> bytes:
    fonts = [Path(spec.origin).parent for spec in map(find_spec, FONT_PACKAGES) if spec and spec.origin]
    order = {**wanted, "source": str(HERE / source), "fonts": [str(folder) for folder in fonts], "data": data}
    try:
        done = subprocess.run(  # noqa: S603 a program of ours, without a shell
            [sys.executable, "-IB", str(HERE / "typesetter.py")],
            input=msgspec.json.encode(order),
            capture_output=True,
            timeout=WITHIN_SECONDS,
            check=True,
            env={},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise NotTypeset from None  # what it says could quote what people wrote
    if not done.stdout:
        raise NotTypeset
    return done.stdout
