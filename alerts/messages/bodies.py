"""The content of a letter, from top to bottom, for each kind of message; emails show it as HTML and as text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.messages.links import alert_link, overview_link
from alerts.messages.responses import SAID_BY_A_DOCTOR, moment, named, why_again
from alerts.messages.sentences import PATTERNS
from alerts.messages.telling import Telling
from alerts.messages.wording import Wording
from alerts.rules.tiers import Tier


class Paragraph(NamedTuple):
    """`style` is a class of the style sheet: `do`, `note`, `quiet`, or none."""

    text: str
    style: str = ""


class Button(NamedTuple):
    """A link that is easy to tap."""

    label: str
    address: str
    style: str = ""


Part = Paragraph | Button


@dataclass(frozen=True, slots=True)
class Body:
    """A heading and what comes below it."""

    heading: str
    parts: Sequence[Part]


def body_of(telling: Telling, words: Sequence[Wording]) -> Body:
    """The body of a letter, in the language that is active; `words` are those of its alerts, in their order."""
    return _BODIES.get(telling.kind, _alert)(telling, words)


def _alert(telling: Telling, words: Sequence[Wording]) -> Body:
    return Body(words[0].title, list(_parts_of_alert(telling, words)))


def _parts_of_alert(telling: Telling, words: Sequence[Wording]) -> Iterator[Part]:
    """The most severe alert leads; what the others advise comes after its own, and not at all beside what is urgent."""
    lead, others = words[0], words[1:]
    pressing = telling.lead.tier.is_pressing
    if why := _why_again(telling):
        yield Paragraph(why)
    yield Paragraph(lead.noted)
    yield from _still_there(telling)
    if pressing:
        yield from (Paragraph(other.noted) for other in others)
    yield Paragraph(lead.advice, f"do {telling.lead.tier.value}")
    if lead.call:
        yield Button(_("Call %(number)s") % {"number": lead.call}, f"tel:{lead.call}", "call")
    if not pressing:
        for other in others:
            yield Paragraph(other.noted)
            yield Paragraph(other.advice, "do")
    yield Button(_to_the_page(telling), alert_link(telling.delivery, telling.links_epoch))
    yield from _from_the_diary(telling)
    if telling.others:
        yield Paragraph(_("Also sent to: %(names)s.") % {"names": ", ".join(telling.others)}, "quiet")


def _from_the_diary(telling: Telling) -> Iterator[Part]:
    """For who may see it."""
    if telling.lead.days is None:
        return
    address = overview_link(telling.patient if telling.whose else None)
    yield Button(_("The page for the doctor"), address, "plain")
    if telling.lead.days:
        text = ngettext(
            "This is based on %(days)d day in your diary.",
            "This is based on %(days)d days in your diary.",
            telling.lead.days,
        )
        theirs = ngettext(
            "This is based on %(days)d day in the diary.",
            "This is based on %(days)d days in the diary.",
            telling.lead.days,
        )
        yield Paragraph((theirs if telling.whose else text) % {"days": telling.lead.days}, "quiet")


def _still_there(telling: Telling) -> Iterator[Part]:
    """The patterns that a check-up is due for."""
    if telling.lead.patterns:
        patterns = "; ".join(str(PATTERNS[name]) for name in telling.lead.patterns)
        yield Paragraph(_("What is still there: %(patterns)s.") % {"patterns": patterns})


def _to_the_page(telling: Telling) -> str:
    """A check-up asks for no answer."""
    return _("See the details") if telling.lead.tier is Tier.CHECK_UP else _("Read and answer")


def _why_again(telling: Telling) -> str:
    """Why it is told once more; nothing when it is told first."""
    since = date_format(telling.first_told_on, "DATE_FORMAT")
    if telling.kind in ("escalated", "reminder"):
        return _("We first sent this on %(date)s, and no one has said they're helping.") % {"date": since}
    if telling.kind not in ("again", "taken_back", "tier_raised"):
        return ""
    if did := telling.did:
        own = did.who == "reader" and not telling.whose
        if why := why_again(did, patient_did=own or did.who == "patient"):
            return " ".join([why, _("That's why we're sending this again.")])
    return _("Something new was noted.")


def _helping(telling: Telling, words: Sequence[Wording]) -> Body:
    return Body(_who_helps(telling), list(_parts_of_helping(telling, words)))


def _who_helps(telling: Telling) -> str:
    did, name = telling.did, telling.whose
    if did is None:
        return _("Someone is helping now")
    if did.who == "reader":
        return _("You're helping %(name)s now") % {"name": name} if name else _("You're getting help")
    if did.who == "patient":
        return _("%(name)s is getting help") % {"name": named(did)}
    words = _("%(who)s is helping %(name)s now") if name else _("%(who)s is helping you now")
    return words % {"who": named(did), "name": name}


def _parts_of_helping(telling: Telling, words: Sequence[Wording]) -> Iterator[Part]:
    if telling.did:
        yield Paragraph(moment(telling.did.at, telling.zone), "quiet")
        if telling.did.note:
            yield Paragraph(_("“%(note)s”") % {"note": telling.did.note}, "note")
    yield _about(words)
    yield Paragraph(_("You'll only hear about this again if something changes or we have a question."))
    yield Button(_("See the details"), alert_link(telling.delivery, telling.links_epoch))


def _question(telling: Telling, words: Sequence[Wording]) -> Body:
    heading = _("Has a doctor seen %(name)s?") % {"name": telling.whose} if telling.whose else _("Were you seen?")
    return Body(heading, list(_parts_of_question(telling, words)))


def _parts_of_question(telling: Telling, words: Sequence[Wording]) -> Iterator[Part]:
    link = alert_link(telling.delivery, telling.links_epoch)
    yield _about(words)
    yield Button(_("Yes, seen by a doctor"), f"{link}?say=seen")
    yield Button(_("Not yet"), f"{link}?say=not_yet", "plain")
    yield Paragraph(words[0].if_not_seen, f"do {telling.lead.tier.value}")
    if words[0].call:
        yield Button(_("Call %(number)s") % {"number": words[0].call}, f"tel:{words[0].call}", "call")


def _outcome(telling: Telling, words: Sequence[Wording]) -> Body:
    heading = _("What the doctor said")
    check = _("If that's not right, change it: your diary counts it as a visit to a doctor.")
    if telling.did and telling.did.word not in SAID_BY_A_DOCTOR:
        heading, check = _("What was noted"), _("If that's not right, change it.")
    parts: list[Part] = [_about(words)]
    if telling.did:
        parts.append(Paragraph(_OUTCOMES[telling.did.word](), "note"))
        parts.append(Paragraph(moment(telling.did.at, telling.zone), "quiet"))
    parts.append(Paragraph(check))
    parts.append(Button(_("Check or change it"), alert_link(telling.delivery, telling.links_epoch)))
    return Body(heading, parts)


def _withdrawn(telling: Telling, words: Sequence[Wording]) -> Body:
    changed = (
        _("%(name)s's diary was changed. Our message “%(title)s” no longer matches what it says.")
        if telling.whose
        else _("Your diary was changed. Our message “%(title)s” no longer matches what it says.")
    )
    parts: list[Part] = []
    for word, about in zip(words, telling.about, strict=True):
        parts.append(Paragraph(changed % {"name": telling.whose, "title": word.title}))
        parts.append(Paragraph(word.if_real, f"do {about.tier.value}"))
    if words[0].call:
        parts.append(Button(_("Call %(number)s") % {"number": words[0].call}, f"tel:{words[0].call}", "call"))
    parts.append(Button(_("See the details"), alert_link(telling.delivery, telling.links_epoch), "plain"))
    return Body(_("A correction to an earlier message"), parts)


def _about(words: Sequence[Wording]) -> Paragraph:
    """The titles of the alerts, each on a line."""
    return Paragraph("\n".join([_("This is about:"), *dict.fromkeys(word.title for word in words)]))


_OUTCOMES: Final[Mapping[str, Callable[[], str]]] = {
    "not_serious": lambda: _("The doctor says it's not serious."),
    "being_investigated": lambda: _("The doctor is looking into it."),
    "serious": lambda: _("The doctor says it's serious."),
    "did_not_go": lambda: _("You didn't go."),
    "seen": lambda: _("A doctor has seen you."),
}
_BODIES: Final[Mapping[str, Callable[[Telling, Sequence[Wording]], Body]]] = {
    "acknowledged": _helping,
    "question": _question,
    "outcome": _outcome,
    "withdrawn": _withdrawn,
}
