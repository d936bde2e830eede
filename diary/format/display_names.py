"""What someone may be called: a name goes into mails to other people, and must stay a name there.

Names in any script pass. But someone who invites a stranger chooses the first words of a mail from us, so nothing
passes that a mail program would turn into a link, or that changes the direction of the text around it.
"""

import re
from typing import Final
from unicodedata import category, normalize

from diary.format.normal_form import shown_email
from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _

MOST: Final = 80
"""Characters (code points) of a name, without outer white space."""

_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What shows nothing by itself: Unicode's Default_Ignorable_Code_Point."""
_UNSEEN: Final = re.compile(f"[{_INVISIBLE}]")
_BLANK_SIGNS: Final = frozenset("\u2800\U0001d159")
"""A Braille pattern without dots and a note without a head: symbols by their category, and empty."""
_NO_NAME: Final = re.compile("[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line breaks, and marks that change the direction of text."""
_OF_A_HOST: Final = r"[^\s!-/:-@\[-`{-~]"
"""A character that can stand beside the dot of a host name."""
_LINK: Final = re.compile(
    rf"//|\d+(?:\.\d+){{3}}|\b(?:mailto|tel|sms|javascript):(?=\S)"
    rf"|{_OF_A_HOST}[.\u3002](?=[^\W\d_]){_OF_A_HOST}{{2}}",
    re.IGNORECASE,
)
"""An address of the web, a host by number, a scheme that phones act on, and `bank.com`: two words around a dot, since
what counts as a last word grows every year and differs between mail programs. "J.R. Tolkien" has none."""

_PLAIN: Final = re.compile(r"(?!www\.)[\w.+-]+")
"""Anything else before an @ may end a host name: mail programs show `bank.com/login@example.org` as a link."""


def fault_of_name(name: str) -> str | None:
    """What a name would have to be; None if it may be one. Outer spaces do not count.

    The empty name may: it says that none is given.
    """
    if len(name.strip()) > MOST:
        return Sentence(_("must have at most {most} characters"), most=MOST)
    if _NO_NAME.search(name):
        return _("must be one line without control characters and marks of text direction")
    if name.strip() and not _shows_something(name):
        return _("must have something to see")
    if holds_link(name):
        return _("must not hold a link or an address; write a space after a full stop")
    return None


def holds_link(text: str) -> bool:
    """Whether a mail program could make some of `text` something to tap: a link, an address, a host name."""
    plain = normalize("NFKC", text)
    return any(_LINK.search(read) for read in (plain, _UNSEEN.sub("", plain)))  # programs differ in what they pass over


def _shows_something(name: str) -> bool:
    seen = _UNSEEN.sub("", name)
    return any(category(sign)[0] in "LNPS" and sign not in _BLANK_SIGNS for sign in seen)


def name_of_address(email: str) -> str:
    """What to call someone who gave no name: their address, less the part before the @ if that could be a link."""
    local, at, domain = shown_email(email).rpartition("@")
    return f"{local if _PLAIN.fullmatch(local) else '…'}{at}{domain}"
