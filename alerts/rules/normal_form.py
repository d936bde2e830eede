"""The normal form in which names of treatments and units of doses are compared: what looks the same is the same."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_INVISIBLE = "Cf"
"""The Unicode category of soft hyphens, zero-width spaces and joiners, and marks of text direction."""


@lru_cache(maxsize=4096)
def normal_form(text: str) -> str:
    """NFKC, case folded, invisible characters removed, each run of white space one blank and none outside.

    The first three are Unicode's NFKC_Casefold (Unicode Standard, section 3.13). `text` itself is what people read; the
    normal form is for comparing only.
    """
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", text).casefold()
        visible = "".join(one for one in folded if unicodedata.category(one) != _INVISIBLE)
        text = unicodedata.normalize("NFKC", visible)
    return " ".join(text.casefold().split())
