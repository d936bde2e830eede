"""Letters: what they show to whom."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from alerts.links import opened_delivery, unsubscribe_link, unsubscribed_delivery
from alerts.messages.countries import Place
from alerts.messages.letter import Telling, letter
from alerts.rules.tiers import Tier

ALICES = Telling(
    delivery=UUID("01900000-0000-7000-8000-000000000001"),
    alert=UUID("01900000-0000-7000-8000-000000000002"),
    patient=UUID("01900000-0000-7000-8000-000000000003"),
    kind="raised",
    created_at=datetime(2026, 5, 3, 8, tzinfo=UTC),
    rule="cauda_equina",
    tier=Tier.EMERGENCY,
    last_day=date(2026, 5, 3),
    days=2,
    place=Place(region="GB"),
    whose=None,
    language="en",
    first_told_on=date(2026, 5, 3),
    others=("Bob", "Dana"),
)
BOBS = replace(ALICES, whose="Alice", days=None, others=())


def test_the_patients_letter_calls_with_one_tap() -> None:
    message = letter(ALICES)
    assert 'href="tel:999"' in message.html
    assert "call 999" in message.text
    assert "It rests on 2 days of the diary." in message.text
    assert message.reference == str(ALICES.delivery)


def test_a_reader_who_may_not_see_the_diary_learns_no_numbers() -> None:
    message = letter(BOBS)
    assert "rests on" not in message.text + message.html
    assert "Alice asked you to look out for them" in message.text


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT, Tier.SEE_DOCTOR])
@pytest.mark.parametrize("kind", ["raised", "reminder", "withdrawn"])
def test_no_subject_says_whose_it_is_or_what_it_is_about(tier: Tier, kind: str) -> None:
    subject = letter(replace(BOBS, tier=tier, kind=kind)).subject.lower()
    assert not {word for word in ("alice", "pain", "numb", "emergency", "doctor", "symptom") if word in subject}


@pytest.mark.parametrize("telling", [ALICES, BOBS], ids=["Alice", "Bob"])
def test_one_tap_opens_it_and_the_link_stands_on_a_line_of_its_own(telling: Telling) -> None:
    message = letter(telling)
    assert opened_delivery(message.link.rpartition("/")[2]) == telling.delivery
    assert f'<a class="button" href="{message.link}">' in message.html
    assert message.link in message.text.splitlines()


def test_the_footer_says_what_unsubscribing_ends() -> None:
    message = letter(replace(BOBS, tier=Tier.SEE_DOCTOR))
    assert message.unsubscribe is not None
    assert unsubscribed_delivery(message.unsubscribe.rpartition("/")[2]) == (BOBS.delivery, Tier.SEE_DOCTOR)
    assert message.unsubscribe in message.html
    assert f"Stop emails like this one: {message.unsubscribe}" in message.text
    ends = "Only stops these emails, only for you: Emails that advise Alice to see a doctor within two weeks."
    assert ends in message.text
    assert ends in message.html


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT])
@pytest.mark.parametrize("kind", ["raised", "again", "tier_raised", "escalated", "reminder", "withdrawn"])
def test_what_cannot_wait_offers_other_ways_and_no_way_out(tier: Tier, kind: str) -> None:
    message = letter(replace(BOBS, tier=tier, kind=kind))
    other_ways = unsubscribe_link(BOBS.delivery, tier)
    assert message.unsubscribe is None
    assert f"How else we can reach you: {other_ways}" in message.text
    assert f'<a href="{other_ways}">How else we can reach you</a>' in message.html
    assert "Stop emails" not in message.text + message.html


@pytest.mark.parametrize("kind", ["reminder", "escalated"])
def test_what_nobody_answered_says_since_when(kind: str) -> None:
    message = letter(replace(BOBS, kind=kind, first_told_on=date(2026, 5, 4)))
    assert "on 4 May 2026, and nobody has said yet that they have seen it." in message.text
    assert "on 4 May 2026, and nobody has said yet that they have seen it." in message.html
    assert "nobody has said" not in letter(BOBS).text + letter(BOBS).html


def test_the_patient_learns_who_else_was_told_and_nobody_else_does() -> None:
    assert "Also told: Bob, Dana." in letter(ALICES).text
    assert "Also told: Bob, Dana." in letter(ALICES).html
    assert "Also told" not in letter(BOBS).text + letter(BOBS).html + letter(replace(ALICES, others=())).text


def test_a_reminder_that_can_wait_says_in_its_subject_that_it_is_one() -> None:
    assert letter(replace(ALICES, kind="reminder", tier=Tier.SEE_DOCTOR)).subject == "A reminder of an earlier message"
    assert letter(replace(ALICES, kind="reminder")).subject == "Please read this now"


@pytest.mark.parametrize("kind", ["raised", "withdrawn"])
def test_nothing_is_fetched_when_a_letter_is_read(kind: str) -> None:
    html = letter(replace(ALICES, kind=kind)).html
    assert not re.search(r"<(img|link|script|iframe|object)|src=|url\(|@import", html)
    assert len(html) < 6_000


def test_every_letter_says_that_it_is_no_diagnosis() -> None:
    for telling in (ALICES, BOBS, replace(ALICES, kind="withdrawn")):
        message = letter(telling)
        assert "not a diagnosis" in message.text
        assert "not a diagnosis" in message.html


def test_a_correction_names_what_no_longer_stands() -> None:
    message = letter(replace(ALICES, kind="withdrawn"))
    assert "“New numbness, weakness, or bladder or bowel change” no longer fits" in message.text
    assert "call" not in message.text


def test_a_name_with_markup_stays_a_name() -> None:
    message = letter(replace(BOBS, whose="<b>Alice</b> & Co"))
    assert "<b>" not in message.html
    assert "&lt;b&gt;Alice&lt;/b&gt; &amp; Co" in message.html
    assert "<b>Alice</b> & Co noted" in message.text


def test_a_correction_in_text_is_not_escaped() -> None:
    assert "O'Neil's diary" in letter(replace(BOBS, whose="O'Neil", kind="withdrawn")).text
