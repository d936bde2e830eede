"""What support sees: states. Of what a diary says, nothing; of what people are called, text and no markup."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.models import Alert, Delivery
from diary.format.fields import Symptoms, Treatment
from diary.models import Caregiver
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.support.staffing import browser_of, found, text_of
from tests.web.hostile import NAMES

CANARY = "canary-of-the-diary"


def test_it_is_how_the_account_is_doing(alice: Person, bob: Person, sue: Person) -> None:
    alice.post("patients/me/caregivers", {"email": "dana@example.org", "level": "read"})
    browser = browser_of(sue)
    page = text_of(browser.get(found(browser, alice)))
    for said in ("alice@example.org, confirmed", "bob@example.org log accepted", "dana@example.org read invited"):
        assert said in page
    assert "Send again" in page
    helper = text_of(browser.get(found(browser, bob)))
    assert "Helps with the diaries of others how far since log" in helper
    assert "alice" not in helper.lower()


def test_messages_are_shown_with_what_became_of_them_and_without_what_they_say(
    alice: Person, bob: Person, sue: Person
) -> None:
    now = timezone.now()
    write(alice, entry(now.date(), note=CANARY, symptoms=Symptoms(saddle_numbness=True)), now=now)
    Delivery.objects.filter(recipient=bob.user).update(
        state="failed", next_attempt_at=None, attempts=9, last_error="451 try later"
    )
    browser = browser_of(sue)
    page = text_of(browser.get(found(browser, alice)))
    assert "bob@example.org email failed · attempts: 9 · 451 try later" in page
    assert "the owner email owed" in page


def test_nothing_that_a_diary_says_is_on_any_page(alice: Person, bob: Person, sue: Person) -> None:
    now = timezone.now()
    numb = entry(now.date(), note=f"{CANARY} note", worst_pain=7, symptoms=Symptoms(saddle_numbness=True))
    tablet = Treatment(uuid4(), "medication", f"{CANARY} tablet", now.date() - timedelta(days=3))
    write(alice, numb, tablet, now=now)
    alice.patch("patients/me/profile", {"smoking": "current", "cancer_history": True, "birth_year": 1951})
    alert = Alert.objects.get()
    shown = alice.get(f"patients/me/alerts/{alert.pk}").body
    browser = browser_of(sue)
    said = (CANARY, alert.rule, alert.tier, shown["title"], shown["advice"], "saddle", "smok", "cancer", "1951")

    def told(person: Person) -> list[int]:
        page = browser.get(found(browser, person)).content.decode().lower()
        return [page.count(word.lower()) for word in said]

    without_diary = told(Person("Dana"))
    assert told(alice) == told(bob) == without_diary
    assert sum(without_diary) == 2  # the pages themselves speak of an emergency


@pytest.mark.parametrize("kind", NAMES)
def test_hostile_names_and_addresses_are_text(transactional_db: None, sue: Person, kind: str) -> None:
    alice = Person(f"A {NAMES[kind]}", email="alice@example.org")
    bob = Person("Bob")
    place = bob.cares_for(alice, "alerts")
    Caregiver.objects.filter(pk=place.pk).update(email="<script>alert(1)</script>@example.org")
    browser = browser_of(sue)
    reason = f"a reason {NAMES[kind]}"
    page = browser.get(found(browser, alice, reason=reason))
    html = page.content.decode()
    assert "<script" not in html
    assert html.count("<bdi>") == html.count("</bdi>")
    assert reason in unescape(html)
    assert alice.user.name in unescape(html)
    refused = browser.post("/support/", {"address": NAMES[kind], "reason": reason})
    assert refused.status_code == 404
    assert b"<script" not in refused.content


def test_a_page_runs_no_script_and_stands_in_no_frame(alice: Person, sue: Person) -> None:
    browser = browser_of(sue)
    for path in ("/support/", found(browser, alice)):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert b"<script" not in answer.content
        assert b" style=" not in answer.content
