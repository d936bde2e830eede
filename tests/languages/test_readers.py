"""Everyone is spoken to in their own language, whoever's diary it is about."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone, translation

from alerts.messages.countries import Place
from alerts.messages.evidence import evidence_wording
from alerts.messages.letter import letter
from alerts.messages.responses import Who
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier
from diary.access.invitations import mail_invitation, owed
from diary.account.erase import Asker, request_erasure
from diary.identity.mails import LETTERS, identity_mail
from diary.identity.notice_letters import LETTERS as NOTICES
from diary.identity.notice_letters import notice_mail
from diary.models import Notice
from diary.models.notice import NoticeKind
from diary.sealing import sealed
from tests.alerts.diaries import nights_that_no_tablet_helped, saddle_numbness, write
from tests.alerts.messages.findings import evidence_of, findings_of
from tests.alerts.messages.speaking import said as emergency_words
from tests.alerts.messages.speaking import spoken
from tests.alerts.messages.tellings import ALICES, BOB_HELPS, as_tier
from tests.cast import Person
from web.page import rendered

LANGUAGES = ("de", "es", "fr")
LONGEST = 65
"""Words of a message; Romance languages take more of them than English."""
ENGLISH = re.compile(r"\b(the|you|your|of|and|with|pain|diary|doctor|on)\b", re.IGNORECASE)
TITLES = {
    "en": "New numbness, weakness, or bladder or bowel change",
    "de": "Neue Taubheit, Schwäche oder Veränderung an Blase oder Darm",
    "fr": "Nouveau\u00a0: engourdissement, faiblesse, trouble de la vessie ou de l’intestin",
}
THIRD_OF_MAY = {"en": "3 May 2026", "de": "3. Mai 2026", "es": "3 de mayo de 2026", "fr": "3 mai 2026"}


def english_in(text: str) -> list[str]:
    """English words that were left; what stands in a template's style or address is no one's text."""
    return ENGLISH.findall(re.sub(r"<style>.*?</style>|<[^>]+>|https?://\S+|\S+@\S+", " ", text, flags=re.DOTALL))


def whole(sent: mail.EmailMessage) -> str:
    """Subject, text and HTML."""
    assert isinstance(sent, mail.EmailMultiAlternatives)
    return f"{sent.subject} {sent.body} {sent.alternatives[0][0]!s}"


def speaks(person: Person, language: str, *, where: str) -> None:
    path = "preferences" if where == "preferences" else "patients/me/profile"
    assert person.patch(path, {"language": language}).status == 200


@pytest.fixture
def helped(alice: Person, bob: Person) -> Person:
    """Alice's diary is in German; Bob, who keeps it with her, chose French."""
    bob.cares_for(alice, "log")
    speaks(alice, "de", where="profile")
    speaks(bob, "fr", where="preferences")
    return bob


def test_an_alert_is_told_to_each_reader_in_their_own_language(alice: Person, helped: Person) -> None:
    write(alice, saddle_numbness(timezone.now().date()), now=timezone.now())
    (hers,) = alice.get("patients/me/alerts").body["items"]
    (his,) = helped.get(f"patients/{alice.patient_id}/alerts").body["items"]
    assert (hers["title"], his["title"]) == (TITLES["de"], TITLES["fr"])
    assert "haben Sie notiert: Taubheit zwischen den Beinen." in hers["explained"]["noted"]
    assert "Alice a noté\u00a0: engourdissement entre les jambes." in his["explained"]["noted"]


def test_why_no_alert_is_told_in_the_readers_language(alice: Person, helped: Person) -> None:
    write(alice, *nights_that_no_tablet_helped(until=timezone.now().date()), now=timezone.now())
    hers, his = alice.get("patients/me/screening").body, helped.get(f"patients/{alice.patient_id}/screening").body
    assert hers["note"].startswith("Das zeigt, was bisher im Tagebuch steht.")
    assert his["note"].startswith("Ceci montre ce que contient le journal")
    for shown in (hers, his):
        told = [missing["says"] for item in shown["items"] for missing in item["missing"]]
        told += [line for item in shown["items"] if item["met"] for line in item["explained"]["doctor"]]
        assert told
        assert not english_in(" ".join(told))


def test_a_danger_sign_is_told_to_whoever_wrote_it(alice: Person, helped: Person) -> None:
    sign = saddle_numbness(timezone.now().date())
    written = {
        "id": str(sign.id),
        "date": sign.date.isoformat(),
        "recorded_at": timezone.now().isoformat(),
        "time_zone": "UTC",
        "symptoms": {"saddle_numbness": True},
    }
    (his,) = helped.put(f"patients/{alice.patient_id}/entries/{sign.id}", written).body["raised"]
    (hers,) = alice.put(f"patients/me/entries/{sign.id}", written).body["raised"]
    assert (his["title"], hers["title"]) == (TITLES["fr"], TITLES["de"])
    assert his["advice"].startswith("Appelez ou rejoignez Alice maintenant")
    assert hers["advice"].startswith("Gehen Sie jetzt in eine Notaufnahme")


def test_an_invitation_speaks_as_the_guest_does_and_else_as_who_invites(alice: Person, bob: Person) -> None:
    speaks(alice, "es", where="preferences")
    for _ in range(2):
        alice.post("patients/me/caregivers", {"email": bob.email, "level": "read"})
        for place in owed(now=timezone.now()):
            mail_invitation(caregiver_id=place, now=timezone.now())
        speaks(bob, "fr", where="profile")
        alice.delete(f"patients/me/caregivers/{alice.get('patients/me/caregivers').body['items'][0]['id']}")
    from_alice, to_bob = mail.outbox
    assert (from_alice.subject, to_bob.subject) == ("Una invitación para usted", "Une invitation pour vous")
    assert not english_in(whole(from_alice) + whole(to_bob))


def test_the_code_that_erases_an_account_comes_in_its_language(alice: Person) -> None:
    speaks(alice, "de", where="profile")
    request_erasure(asker=Asker(alice.id, "0" * 64), now=timezone.now())
    assert mail.outbox[-1].subject == "Ihr Code zum Löschen Ihres Kontos"
    assert not english_in(str(mail.outbox[-1].body))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NOTICES)
def test_every_notice_is_whole_in_every_language(kind: NoticeKind, language: str) -> None:
    facts = {
        "email": "bob@example.org",
        "host": "hook.example",
        "way": "email",
        "number": "…001",
        "platform": "ios",
        "due": "2026-05-03",
    }
    link = sealed("https://diary.example/undo/token").encode() if NOTICES[kind].link else None
    notice = Notice(kind=kind, channel="email", address="alice@example.org", facts=facts, link=link)
    notice.made_at = datetime(2026, 5, 3, 3, 0, tzinfo=UTC)

    sent = notice_mail(notice, language=language)

    assert not english_in(whole(sent))
    assert "{" not in sent.body
    assert THIRD_OF_MAY[language] in sent.body
    assert len(str(sent.subject)) < 70


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["undo", "keep_factors"])
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("taken", [False, True])
def test_the_pages_that_take_something_back_are_whole_in_every_language(
    template: str, language: str, done: bool, taken: bool
) -> None:
    at = datetime(2026, 5, 3, 3, 0, tzinfo=UTC)
    view = {"done": done, "kept": done, "taken": taken, "email": "alice@example.org", "made_at": at, "due_at": at}
    view |= {"here": "/undo/token", "support": "support@diary.example"}

    page = rendered(f"pages/{template}.html", lambda: view, language=language, zone=ZoneInfo("UTC"))

    assert not english_in(page.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_every_mail_about_an_account_is_whole_in_every_language(name: str, language: str) -> None:
    context: dict[str, Any] = {
        "code": "BCDF-GHJK",
        "timestamp": datetime(2026, 5, 3, 3, 0, tzinfo=UTC),
        "ip": "198.51.100.7",
        **dict.fromkeys(("from_email", "to_email", "deleted_email"), "alice@example.org"),
    }
    sent = identity_mail(name=name, to=["alice@example.org"], context=context, headers={}, language=language)
    assert not english_in(whole(sent))
    assert f'<html lang="{language}">' in whole(sent)
    assert (THIRD_OF_MAY[language] in str(sent.body)) is LETTERS[name].about_a_change


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT, Tier.SEE_DOCTOR])
@pytest.mark.parametrize(
    "kind",
    ["raised", "again", "reminder", "escalated", "acknowledged", "taken_back", "question", "outcome", "withdrawn"],
)
@pytest.mark.parametrize("whose", [None, "Alice"])
def test_every_letter_is_whole_in_every_language(language: str, tier: Tier, kind: str, whose: str | None) -> None:
    did = replace(BOB_HELPS, word={"outcome": "not_serious", "again": "not_yet"}.get(kind, kind), note="¡Voy!")
    about = replace(ALICES, whose=whose, language=language, others=("Bob",), did=did, kind=kind)
    others: list[Who] = ["caregiver", "patient"] if whose else ["caregiver"]
    for who in ("reader", *others):
        said = letter(as_tier(replace(about, did=replace(did, who=who)), tier))
        assert not english_in(f"{said.subject} {said.text} {said.html}")
        assert f'<html lang="{language}">' in said.html
        assert (THIRD_OF_MAY[language] in said.text) is (kind not in ("withdrawn", "question"))


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_dates_read_as_they_are_written_in_the_language(language: str) -> None:
    evidence = replace(evidence_of(findings_of("coughing_blood")[0]), as_of=date(2026, 5, 3))
    with translation.override(language):
        assert THIRD_OF_MAY[language] in evidence_wording(evidence)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_every_finding_reads_in_every_language_in_few_words(rule: str, language: str) -> None:
    with translation.override(language):
        for found in findings_of(rule):
            for whose in (None, "Alice"):
                noted = evidence_wording(evidence_of(found), whose)
                assert not english_in(noted)
                assert "%(" not in noted
            assert len(spoken(evidence_of(found), found.tier)) <= LONGEST


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", [rule.id for rule in RULES.values() if rule.tier is Tier.EMERGENCY])
@pytest.mark.parametrize("region", ["US", "NG", None])
def test_what_a_caregiver_abroad_reads_of_an_emergency_is_as_short(
    rule: str, language: str, region: str | None
) -> None:
    with translation.override(language):
        said = emergency_words(Place(region=region), "Alice", rule)
    assert len(re.findall(r"[\w'’]+", f"{said.title}. {said.noted} {said.advice}")) <= LONGEST
