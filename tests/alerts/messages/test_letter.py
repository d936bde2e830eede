"""Letters: what they show to whom."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings

from alerts.messages.letter import letter
from alerts.messages.links import Signed, unsubscribe_link
from alerts.messages.responses import Who
from alerts.messages.telling import About, Telling
from alerts.rules.tiers import Tier
from tests.alerts.messages.tellings import ALICES, BLOOD, BOB_HELPS, BOBS, NIGHTS, NUMB, as_tier


def test_the_patients_letter_calls_with_one_tap() -> None:
    message = letter(ALICES)
    assert 'href="tel:999"' in message.html
    assert "call 999" in message.text
    assert "This is based on 2 days in your diary." in message.text
    assert message.reference == str(ALICES.delivery)


def test_a_reader_who_may_not_see_the_diary_learns_no_numbers() -> None:
    message = letter(BOBS)
    assert "based on" not in message.text + message.html
    assert "Alice asked us to tell you" in message.text


def test_who_may_see_the_diary_is_led_to_the_page_for_the_doctor() -> None:
    readers = replace(BOBS, about=(NUMB,))
    for telling, address in ((ALICES, "/overview"), (readers, f"/caring/{BOBS.patient}/overview")):
        link = f"{settings.PUBLIC_URL}{address}"
        message = letter(telling)
        assert f'href="{link}"' in message.html
        assert link in message.text.splitlines()
    assert "/overview" not in letter(BOBS).text + letter(BOBS).html


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT, Tier.SEE_DOCTOR])
@pytest.mark.parametrize(
    "kind", ["raised", "again", "reminder", "acknowledged", "taken_back", "question", "outcome", "withdrawn"]
)
def test_no_subject_says_whose_it_is_or_what_it_is_about(tier: Tier, kind: str) -> None:
    subject = letter(replace(as_tier(BOBS, tier), kind=kind)).subject.lower()
    assert not {word for word in ("alice", "pain", "numb", "emergency", "doctor", "symptom") if word in subject}


@pytest.mark.parametrize("telling", [ALICES, BOBS], ids=["Alice", "Bob"])
def test_one_tap_opens_it_and_the_link_stands_on_a_line_of_its_own(telling: Telling) -> None:
    message = letter(telling)
    signed = Signed("open", message.link.rpartition("/")[2])
    signed.require_signed_for(telling.links_epoch)
    assert signed.delivery_id == telling.delivery
    assert f'<a class="button" href="{message.link}">' in message.html
    assert message.link in message.text.splitlines()


def test_the_footer_says_what_unsubscribing_ends() -> None:
    message = letter(as_tier(BOBS, Tier.SEE_DOCTOR))
    assert message.unsubscribe is not None
    signed = Signed("unsubscribe", message.unsubscribe.rpartition("/")[2])
    signed.require_signed_for(BOBS.links_epoch)
    assert (signed.delivery_id, signed.tier) == (BOBS.delivery, Tier.SEE_DOCTOR)
    assert message.unsubscribe in message.html
    assert f"Stop emails like this one: {message.unsubscribe}" in message.text
    ends = "Only stops these emails, only for you: Emails that advise Alice to see a doctor within two weeks."
    assert ends in message.text
    assert ends in message.html


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT])
@pytest.mark.parametrize("kind", ["raised", "again", "tier_raised", "escalated", "reminder", "withdrawn"])
def test_what_cannot_wait_offers_other_ways_and_no_way_out(tier: Tier, kind: str) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False):
        message = letter(replace(as_tier(BOBS, tier), kind=kind))
        other_ways = unsubscribe_link(BOBS.delivery, tier, BOBS.links_epoch)
    assert message.unsubscribe is None
    assert f"How else we can reach you: {other_ways}" in message.text
    assert f'<a href="{other_ways}">How else we can reach you</a>' in message.html
    assert "Stop emails" not in message.text + message.html


@pytest.mark.parametrize("kind", ["reminder", "escalated"])
def test_what_nobody_answered_says_since_when(kind: str) -> None:
    message = letter(replace(BOBS, kind=kind, first_told_on=date(2026, 5, 4)))
    assert "on 4 May 2026, and no one has said they're helping." in message.text
    assert "on 4 May 2026, and no one has said they&#x27;re helping." in message.html
    assert "no one has said" not in letter(BOBS).text + letter(BOBS).html


def test_the_patient_learns_who_else_was_told_and_nobody_else_does() -> None:
    assert "Also sent to: Bob, Dana." in letter(ALICES).text
    assert "Also sent to: Bob, Dana." in letter(ALICES).html
    assert "Also sent to" not in letter(BOBS).text + letter(BOBS).html + letter(replace(ALICES, others=())).text


def test_a_reminder_that_can_wait_says_in_its_subject_that_it_is_one() -> None:
    assert (
        letter(replace(as_tier(ALICES, Tier.SEE_DOCTOR), kind="reminder")).subject == "A reminder of an earlier message"
    )
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


def test_a_correction_says_what_changed_and_never_reads_as_an_all_clear() -> None:
    message = letter(replace(ALICES, kind="withdrawn"))
    assert "“New numbness, weakness, or bladder or bowel change” no longer matches" in message.text
    assert "If you do have this, go to an emergency department now, or call 999." in message.text
    assert 'href="tel:999"' in message.html
    assert "If Alice does have this, get them to" in letter(replace(BOBS, kind="withdrawn")).text


def test_a_correction_of_an_urgent_alert_still_says_to_be_seen_today() -> None:
    message = letter(replace(ALICES, kind="withdrawn", about=(BLOOD,)))
    assert "If you do have this, see a doctor today." in message.text
    assert "tel:" not in message.html


def test_several_alerts_are_one_letter_led_by_the_most_severe_and_without_a_softer_advice() -> None:
    message = letter(replace(ALICES, about=(NUMB, BLOOD)))
    assert message.subject == "Please read this now"
    assert message.text.index("you noted numbness") < message.text.index("you noted blood when coughing")
    assert message.text.index("blood when coughing") < message.text.index("Go to an emergency department now")
    assert "today" not in message.text
    assert message.alerts == (NUMB.alert, BLOOD.alert)


def test_beside_what_can_wait_each_has_its_own_advice_the_most_severe_first() -> None:
    late = replace(NUMB, tier=Tier.SEE_DOCTOR)
    text = letter(replace(ALICES, about=(late, NIGHTS))).text
    assert text.index("go to an emergency department now") < text.index("within two weeks")


@pytest.mark.parametrize(
    ("about", "telling", "says"),
    [
        (NUMB, ALICES, "If you still have this or it's worse, go to an emergency department now, or call 999."),
        (NUMB, BOBS, "Ask Alice if it's still there or worse. If so, get them to an emergency department now"),
        (NUMB, BOBS, "or call 999 (United Kingdom). It only works there; elsewhere, call Alice"),
        (BLOOD, ALICES, "If you still have this or it's worse, see a doctor today."),
        (BLOOD, BOBS, "If so, help them see a doctor today."),
    ],
)
def test_a_late_sign_names_its_day_and_asks_whether_it_is_still_there(
    about: About, telling: Telling, says: str
) -> None:
    late = replace(about, tier=Tier.SEE_DOCTOR, last_day=date(2026, 3, 20))
    text = letter(replace(telling, about=(late,))).text
    assert "On 20 March 2026" in text
    assert says in text
    assert "Book a visit" not in text
    assert "can't wait" not in text
    assert "If it has gone" in text


def test_who_helps_is_named_with_their_note_and_the_time_on_the_readers_clock() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    mine = letter(replace(ALICES, kind="acknowledged", did=BOB_HELPS, zone=madrid))
    assert mine.text.startswith("Bob is helping you now")
    assert "3 May 2026, 10:05 (CEST)" in mine.text
    assert "“On my way.”" in mine.text
    assert "999" not in mine.text
    danas = letter(replace(BOBS, kind="acknowledged", did=BOB_HELPS))
    assert danas.text.startswith("Bob is helping Alice now")
    assert not mine.pressing


@pytest.mark.parametrize(
    ("telling", "who", "heading"),
    [
        (BOBS, "patient", "Alice is getting help"),
        (ALICES, "reader", "You're getting help"),
        (BOBS, "reader", "You're helping Alice now"),
        (BOBS, "nobody", "Someone is helping Alice now"),
        (ALICES, "nobody", "Someone is helping you now"),
    ],
)
def test_whoever_helps_it_is_said_in_a_whole_sentence(telling: Telling, who: Who, heading: str) -> None:
    did = replace(BOB_HELPS, who=who, name={"patient": "Alice", "nobody": None}.get(who, "Bob"))
    assert letter(replace(telling, kind="acknowledged", did=did)).text.splitlines()[0] == heading


def test_were_you_seen_is_answered_by_two_links_and_says_what_to_do_if_not() -> None:
    mine = letter(replace(ALICES, kind="question"))
    assert mine.text.startswith("Were you seen?")
    assert f"{mine.link}?say=seen" in mine.text.splitlines()
    assert f"{mine.link}?say=not_yet" in mine.text.splitlines()
    assert "If not, don't wait: go to an emergency department now, or call 999." in mine.text
    assert letter(replace(BOBS, kind="question")).text.startswith("Has a doctor seen Alice?")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("reopened", "no one answered. That's why we're sending this again."),
        ("not_yet", "Bob said that no doctor has seen this yet."),
        ("taken_back", "Bob can't help after all."),
    ],
)
def test_what_opens_again_says_why(word: str, says: str) -> None:
    kind = "taken_back" if word == "taken_back" else "again"
    message = letter(replace(ALICES, kind=kind, did=replace(BOB_HELPS, word=word, note=None)))
    assert says in message.text
    assert "Go to an emergency department now" in message.text
    assert message.pressing


@pytest.mark.parametrize(
    ("telling", "who", "word", "says"),
    [
        (BOBS, "patient", "taken_back", "Alice isn't getting help after all."),
        (ALICES, "reader", "taken_back", "You took back “I'm getting help”."),
        (BOBS, "reader", "taken_back", "You took back “I'm helping now”."),
        (BOBS, "reader", "not_yet", "You said that no doctor has seen this yet."),
        (BOBS, "nobody", "taken_back", "Someone can't help after all."),
    ],
)
def test_why_it_is_sent_again_is_said_as_the_reader_knows_it(telling: Telling, who: Who, word: str, says: str) -> None:
    did = replace(BOB_HELPS, who=who, word=word, name={"patient": "Alice", "nobody": None}.get(who, "Bob"))
    text = letter(replace(telling, kind="taken_back" if word == "taken_back" else "again", did=did)).text
    assert f"{says} That's why we're sending this again." in text


def test_what_the_doctor_said_by_a_link_is_shown_to_the_patient_who_can_change_it() -> None:
    message = letter(replace(ALICES, kind="outcome", did=replace(BOB_HELPS, word="not_serious", note=None)))
    assert "The doctor says it's not serious." in message.text
    assert "If that's not right, change it: your diary counts it as a visit to a doctor." in message.text


@pytest.mark.parametrize(("word", "says"), [("seen", "A doctor has seen you."), ("did_not_go", "You didn't go.")])
def test_what_is_no_visit_is_not_called_one(word: str, says: str) -> None:
    text = letter(replace(ALICES, kind="outcome", did=replace(BOB_HELPS, word=word, note=None))).text
    assert says in text
    assert "If that's not right, change it." in text
    assert "visit" not in text
    assert "What the doctor said" not in text


@pytest.mark.parametrize("kind", ["acknowledged", "question", "outcome"])
def test_a_note_with_markup_stays_a_note(kind: str) -> None:
    did = replace(BOB_HELPS, word="acknowledged", note="<script>x</script>", name="<b>Bob</b>")
    did = replace(did, word="serious") if kind == "outcome" else did
    html = letter(replace(ALICES, kind=kind, did=did)).html
    assert "<script" not in html
    assert "<b>" not in html


def test_a_name_with_markup_stays_a_name() -> None:
    message = letter(replace(BOBS, whose="<b>Alice</b> & Co"))
    assert "<b>" not in message.html
    assert "&lt;b&gt;Alice&lt;/b&gt; &amp; Co" in message.html
    assert "<b>Alice</b> & Co noted" in message.text


def test_a_name_with_a_percent_sign_stays_a_name() -> None:
    for kind in ("raised", "acknowledged", "taken_back", "question", "outcome", "withdrawn"):
        did = replace(BOB_HELPS, word="serious" if kind == "outcome" else kind, name="100 %s Bob")
        assert letter(replace(BOBS, whose="100 %(call)s", kind=kind, did=did)).text
    assert "call 100 %(call)s or have" in letter(replace(BOBS, whose="100 %(call)s")).text


def test_a_correction_in_text_is_not_escaped() -> None:
    assert "O'Neil's diary" in letter(replace(BOBS, whose="O'Neil", kind="withdrawn")).text
