"""The letters of which 160 go into one short message."""

import unicodedata
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The GSM 7-bit default alphabet (3GPP TS 23.038, section 6.2.1). With a single other letter in it, 70 go in."""
_TYPOGRAPHY: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"})


def plain(text: str) -> str:
    """The text in basic letters, as far as it has such: í becomes i, ’ becomes '."""
    return "".join(one if one in BASIC else _base(one) for one in text.translate(_TYPOGRAPHY))


def _base(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base in BASIC else character
