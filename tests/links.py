"""What a mail program makes a link of, by a judge of its own: the library that many of them, and Markdown, use."""

from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS

_LAST_LABELS = [*TLDS, *(tld.encode().decode("idna") for tld in TLDS), "example", "test"]
_JUDGE = LinkifyIt(options={"fuzzy_ip": True}).tlds(_LAST_LABELS)


def links_in(text: str) -> list[str]:
    """Every piece of the text that could be tapped."""
    return [link.raw for link in _JUDGE.match(text) or []]
