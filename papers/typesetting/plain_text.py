"""What people wrote, as a page can show it: every letter, and nothing that only steers."""

import re
from typing import Final

_STEERING: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Control characters, and marks that turn the direction of the text around them or show nothing. Joiners stay: emoji
and several scripts are written with them."""


def one_line(text: str) -> str:
    """The text with each run of white space as one blank."""
    return " ".join(_STEERING.sub("", text).split())


def lines(text: str) -> str:
    """The text with its line breaks."""
    return "\n".join(map(one_line, text.splitlines())).strip()
