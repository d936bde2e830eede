"""What looks the same is the same: the normal form of an email address and of a password.

Everything stored and compared is in it. The one for names of treatments is the rules' own (`alerts.rules.normal_form`).
"""

import re
from typing import Final
from unicodedata import normalize

import idna

_LONGEST: Final = 254
"""Characters of an address (RFC 5321 with its erratum 1690)."""
_LOCAL_PART: Final = re.compile(r"(?=.{1,64}\Z)[-!#$%&'*+/=?^_`{|}~0-9a-z]+(?:\.[-!#$%&'*+/=?^_`{|}~0-9a-z]+)*\Z")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])\Z")
_NOT_PUBLIC: Final = frozenset({"alt", "arpa", "internal", "invalid", "local", "localdomain", "localhost", "onion"})
"""Last labels that lead to no mail server on the internet (RFC 6761, 6762, 7686, 8375 and 9476; ICANN for `internal`).
Those for examples and tests (`example`, `test`) pass."""


def normal_password(typed: str) -> str:
    """NFKC, no outer white space (NIST SP 800-63B, 5.1.1.2): the same on every keyboard."""
    return normalize("NFKC", typed).strip()


def normal_email(typed: str) -> str:
    """The one spelling of a mailbox: the domain as mail servers know it, the rest NFKC and in lower case.

    So `Bob@Bücher.example` is `bob@xn--bcher-kva.example` (IDNA 2008, UTS 46). Invisible characters in a domain are
    dropped. What is no address comes back folded, and is no mailbox.
    """
    local, at, domain = normalize("NFKC", typed).strip().rpartition("@")
    return _folded(local) + at + (_ascii(domain) if at else _folded(domain))


def mailbox_of(email: str) -> str:
    """The mailbox that an address leads to, for counting: tags (`alice+news@…`) and dots lead to the same one.

    Not everywhere, but two people whose addresses differ in nothing else can share a count.
    """
    local, at, domain = normal_email(email).rpartition("@")
    plain = local.partition("+")[0].replace(".", "")
    return (plain or local) + at + domain


def shown_email(email: str) -> str:
    """A normal form as its owner writes it: `bob@bücher.example`."""
    local, at, domain = email.rpartition("@")
    if not at or len(domain) > _LONGEST or "xn--" not in domain:
        return email
    try:
        shown = local + at + ".".join(map(_unicode, domain.split(".")))
    except idna.IDNAError:
        return email
    return shown if normal_email(shown) == email else email


def is_spelled_out(typed: str) -> bool:
    """Whether an address is written as itself, in either form of its domain and in any case.

    Full-width letters, ligatures and invisible characters only look like it.
    """
    normal = normal_email(typed)
    return normalize("NFC", typed.strip().lower()) in (normal, shown_email(normal))


def is_mailbox(typed: str) -> bool:
    """Whether what someone typed is an address as it is spelled, which mail from the internet reaches."""
    return is_spelled_out(typed) and is_public_email(normal_email(typed))


def is_public_email(email: str) -> bool:
    """Whether the normal form `email` can be a mailbox on the internet: plain, and at a public domain with a dot.

    `"bob"@example.org` is refused as a second spelling of `bob@example.org`, and so are hosts by number.
    """
    local, _, domain = email.rpartition("@")
    return (
        len(email) <= _LONGEST
        and _LOCAL_PART.match(local) is not None
        and _HOST.match(domain) is not None
        and domain.rpartition(".")[2] not in _NOT_PUBLIC
        and _is_idna(domain)
    )


def _folded(text: str) -> str:
    return normalize("NFKC", text.lower())  # lowering can leave a letter decomposed


def _ascii(domain: str) -> str:
    if len(domain) > _LONGEST or (domain.isascii() and "xn--" not in domain.lower()):
        return _folded(domain)
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return _ascii_of_old(domain)


def _ascii_of_old(domain: str) -> str:
    """By IDNA 2003, which takes symbols (`i❤.ws`): such domains had accounts before, and keep them."""
    try:
        return domain.lower().encode("idna").decode()
    except UnicodeError:
        return _folded(domain)


def _unicode(label: str) -> str:
    return idna.decode(label) if label.startswith("xn--") else label


def _is_idna(domain: str) -> bool:
    try:
        return all(idna.encode(label).decode() == label for label in domain.split(".") if label.startswith("xn--"))
    except idna.IDNAError:
        return False
