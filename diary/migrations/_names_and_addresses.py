"""What 0009 and 0011 do to rows from before names and addresses had their rules. Frozen, as migrations are."""

import re
from typing import Any
from unicodedata import category, normalize

from django.db.models import F, Q
from django.utils import timezone

LONGEST_NAME, LONGEST_EMAIL = 80, 254
NO_NAME = re.compile("[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
BLANK_SIGNS = "\u2800\U0001d159"
OF_A_HOST = r"[^\s!-/:-@\[-`{-~]"
DOT = re.compile(rf"(?<={OF_A_HOST})[.\u3002](?=[^\W\d_]{OF_A_HOST})")
NUMBERS = re.compile(r"\d+(?:\.\d+){3,}")
SCHEME = re.compile(r"\b(?:mailto|tel|sms|javascript):(?=\S)", re.IGNORECASE)
ADDRESS = re.compile(r"\S+@\S+\.\S+")
SUSPECT = (
    r"[./:@\uff0e\u3002\uff61\uff0f\uff1a\u0001-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]"
    r"|^\s|\s$|^[^0-9A-Za-z]+$|.{81}"
)
"""Selects every name that has to be mended, and others."""
INTERNATIONAL = r"@[^@]*[^\u0001-\u007f][^@]*$"


def mend(apps: Any, _: Any) -> None:
    """Mend row by row, without a lock on more than one; again changes nothing."""
    mend_accounts(apps)
    respell_proofs(apps)
    respell_circles(apps)


def mended(name: str) -> str:
    """The name as nothing but a name: space where a link would be, without what is not seen; empty if that is all."""
    name = NO_NAME.sub(" ", name).strip()
    read = normalize("NFKC", name)
    plain = UNSEEN.sub("", read)
    if loosened(read) != read or loosened(plain) != plain:
        # An account without a name is called by its address.
        name = "" if ADDRESS.fullmatch(plain) else loosened(plain)
    seen = [sign for sign in UNSEEN.sub("", name) if category(sign)[0] in "LNPS" and sign not in BLANK_SIGNS]
    return name[:LONGEST_NAME].strip() if seen else ""


def loosened(name: str) -> str:
    """With a space in all that a mail program would make a link of."""
    name = NUMBERS.sub(lambda found: found[0].replace(".", ". "), SCHEME.sub(r"\g<0> ", name))
    return re.sub("/(?=/)", "/ ", DOT.sub(r"\g<0> ", name))


def respelled(email: str) -> str | None:
    """With the domain that mails were sent to so far (Django's IDNA 2003); None when none could be sent."""
    local, at, domain = email.rpartition("@")
    if not at or domain.isascii():
        return email
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        return None
    return f"{local}@{ascii_domain}" if len(local) + 1 + len(ascii_domain) <= LONGEST_EMAIL else None


def unreachable(pk: object) -> str:
    return f"{pk}@duplicate.invalid"


def mend_accounts(apps: Any) -> None:
    """Of two accounts of one mailbox, that with its address spelled so already has it, else who signed in last.

    The other one stays signed in, and its mails go on: `EmailAddress` keeps the old spelling. It cannot be entered by
    its address until its owner is helped; `duplicate.invalid` finds it.
    """
    users = apps.get_model("diary", "User").objects
    suspects = users.filter(Q(name__regex=SUSPECT) | Q(email__regex=INTERNATIONAL))
    latest_first = suspects.order_by(F("last_login").desc(nulls_last=True), "pk")
    for pk, name, email in latest_first.values_list("pk", "name", "email").iterator():
        fit = respelled(email)
        if fit is None or (fit != email and users.filter(email=fit).exists()):
            fit = unreachable(pk)
        if (name, email) != (mended(name), fit):
            users.filter(pk=pk).update(name=mended(name), email=fit)


def respell_proofs(apps: Any) -> None:
    """The addresses that accounts have proved, or are about to; those of an account that lost its address stay."""
    users, proofs = apps.get_model("diary", "User").objects, apps.get_model("account", "EmailAddress").objects
    for proof in proofs.filter(email__regex=INTERNATIONAL).order_by("-verified", "-primary", "pk").iterator():
        email = respelled(proof.email)
        theirs = not proof.primary or users.filter(pk=proof.user_id, email=email).exists()
        taken = proofs.filter(Q(verified=True) | Q(user_id=proof.user_id), email=email).exists()
        if email is not None and theirs and not taken:
            proofs.filter(pk=proof.pk).update(email=email)


def respell_circles(apps: Any) -> None:
    """Of two invitations to one mailbox the one that is spelled so already stays, and the other one is over."""
    places = apps.get_model("diary", "Caregiver").objects
    for place in places.filter(email__regex=INTERNATIONAL).order_by("state", "pk").iterator():  # accepted ones first
        email = respelled(place.email) or unreachable(place.pk)
        mine = places.filter(pk=place.pk)
        living = places.filter(patient_id=place.patient_id).exclude(state="ended")
        if place.state == "ended" or not living.filter(email=email).exists():
            mine.update(email=email)
        elif place.state == "accepted":
            mine.update(email=unreachable(place.pk))
        else:
            over = {"state": "ended", "ended_at": timezone.now(), "token_digest": None, "mail_due_at": None}
            mine.update(email=email, version=F("version") + 1, **over)
