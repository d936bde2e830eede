"""One link, one tap: what it opens, for whom, and what it never does by itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from alerts.acting.acknowledge import acknowledge
from alerts.acting.due_steps import take_due_steps
from alerts.models import Alert, Delivery, Snooze
from diary.account.erase import erase
from diary.format.fields import Symptoms
from diary.models import AccessLine, Caregiver, Event
from diary.reaching.travel import heard_from
from tests.alerts.diaries import NOON, entry, write
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.links.conftest import Page, deliver_all, newest_delivery, page_of

BENT = Page("/a/AZAAAAAAcACAAAAAAAAAAQ:1xV5FL:HFKLy4vWE3hXXCnFFv_6hZCAhIBBt-z_aXA1EYELI20")


def test_the_patient_reads_what_was_noted_what_to_do_and_calls_with_one_tap(alice: Person, emergency: Alert) -> None:
    page = page_of(alice).text
    assert "<h1>New numbness, weakness, or bladder or bowel change</h1>" in page
    assert "Go to an emergency department now, or call 112 or your local emergency number." in page
    assert 'href="tel:112"' in page
    assert "I'm getting help</button>" in page
    assert "I've read this</button>" in page


def test_a_caregiver_with_the_level_alerts_gets_the_words_and_no_day(
    alice: Person, bob: Person, emergency: Alert
) -> None:
    page = page_of(bob).text
    assert "Call or go to Alice now" in page
    assert "I'm helping now</button>" in page
    assert "Alice asked us to tell you" in page
    assert "based on" not in page
    assert "The page for the doctor" not in page


@pytest.mark.parametrize("level", ["read", "log"])
def test_a_caregiver_who_may_read_the_diary_sees_the_days(
    alice: Person, bob: Person, emergency: Alert, level: str
) -> None:
    Caregiver.objects.update(level=level)
    page = page_of(bob).text
    assert "The day in the diary that this is based on" in page
    assert page.count("<li>") == 1
    assert f'href="/caring/{alice.patient_id}/overview"' in page


def test_less_consent_shows_less_at_the_next_look(alice: Person, bob: Person, advice: Alert) -> None:
    assert "days in the diary that this is based on" in page_of(bob).text
    Caregiver.objects.update(level="alerts")
    assert "based on" not in page_of(bob).text


def test_one_tap_acknowledges_for_everyone(alice: Person, bob: Person, emergency: Alert) -> None:
    page = page_of(bob)
    tapped = page.tap()
    assert (tapped.status_code, tapped["Location"]) == (303, page.address)
    emergency.refresh_from_db()
    assert (emergency.state, emergency.acknowledged_by_id) == ("acknowledged", bob.id)
    assert "You: I&#x27;m helping now" in page.text
    assert "Bob: I&#x27;m helping now" in page_of(alice).text
    assert 'value="take_on"' not in page.text + page_of(alice).text


def test_after_the_tap_it_still_says_what_to_do(bob: Person, emergency: Alert) -> None:
    page = page_of(bob)
    page.tap()
    assert "Call or go to Alice now" in page.text
    assert 'href="tel:112"' in page.text


def test_the_tap_is_in_the_access_log_once(alice: Person, bob: Person, emergency: Alert) -> None:
    for _ in range(2):
        page_of(bob).tap()
    lines = AccessLine.objects.filter(actor_id=bob.id, action="acknowledged")
    assert [(line.resource, line.resource_id) for line in lines] == [("alert", emergency.pk)]


def test_a_second_tap_changes_nothing(alice: Person, bob: Person, emergency: Alert) -> None:
    page_of(bob).tap()
    before = [list(model.objects.order_by("pk").values()) for model in (Alert, Delivery)]
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert page_of(bob).tap().status_code == 303
    assert [list(model.objects.order_by("pk").values()) for model in (Alert, Delivery)] == before


def test_the_first_who_tapped_stays_the_one_who_did(alice: Person, bob: Person, emergency: Alert) -> None:
    page_of(bob).tap()
    page_of(alice).tap()
    emergency.refresh_from_db()
    assert emergency.acknowledged_by_id == bob.id


def test_the_tap_tells_that_this_very_message_was_opened(alice: Person, bob: Person, emergency: Alert) -> None:
    page_of(bob).tap()
    assert newest_delivery(bob).opened_at == newest_delivery(bob).delivered_at is not None
    assert newest_delivery(alice).opened_at is None


@pytest.mark.parametrize(
    ("method", "headers"),
    [("GET", {}), ("HEAD", {}), ("GET", {"Sec_Purpose": "prefetch"}), ("GET", {"User_Agent": "a link scanner"})],
)
def test_a_link_scanner_acknowledges_and_marks_nothing(
    bob: Person, emergency: Alert, method: str, headers: dict[str, str]
) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in (Alert, Delivery)]
    assert page_of(bob).ask(method, **headers).status_code == 200
    assert [list(model.objects.order_by("pk").values()) for model in (Alert, Delivery)] == before


def test_the_access_log_says_that_it_was_looked_at_through_the_link(bob: Person, emergency: Alert) -> None:
    page_of(bob).head()
    page_of(bob).get()
    lines = AccessLine.objects.filter(actor_id=bob.id)
    assert [(line.action, line.resource, line.resource_id) for line in lines] == [("read", "alert-link", emergency.pk)]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(bob: Person, emergency: Alert, method: str) -> None:
    answer = page_of(bob).ask(method)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert answer["Cache-Control"] == "no-store"


def test_a_link_is_good_for_thirty_days(bob: Person, emergency: Alert) -> None:
    page, now = page_of(bob), timezone.now()
    with time_machine.travel(now + timedelta(days=29, hours=23), tick=False):
        assert page.get().status_code == 200
    with time_machine.travel(now + timedelta(days=30, minutes=1), tick=False):
        assert (page.get().status_code, page.tap().status_code) == (410, 410)
        assert "This link is too old" in page.get().content.decode()
    emergency.refresh_from_db()
    assert emergency.state == "open"


def test_a_bent_link_one_whose_consent_ended_and_one_of_nobody_are_the_same(
    alice: Person, bob: Person, emergency: Alert
) -> None:
    page = page_of(bob)
    Caregiver.objects.update(state="ended", ended_at=timezone.now())
    revoked, tapped = page.get(), page.tap()
    erase(user_id=alice.id, now=timezone.now())
    answers = [revoked, tapped, page.get(), BENT.get(), Page("/a/x").get(), Page("/a/%00").get(), BENT.tap()]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert b"This link doesn't work any more" in revoked.content
    assert b"Alice" not in revoked.content


def test_whoever_lost_consent_cannot_tap_either(bob: Person, emergency: Alert) -> None:
    Caregiver.objects.update(state="ended", ended_at=timezone.now())
    page_of(bob).tap()
    emergency.refresh_from_db()
    assert emergency.state == "open"
    assert newest_delivery(bob).opened_at is None


def test_an_account_that_is_locked_opens_nothing(bob: Person, emergency: Alert) -> None:
    bob.user.is_active = False
    bob.user.save()
    assert page_of(bob).get().status_code == 404


def test_a_link_to_unsubscribe_opens_no_alert(bob: Person, emergency: Alert) -> None:
    token = page_of(bob).address.removeprefix("/a/")
    assert Page(f"/u/{token}").get().status_code == 404


def test_what_was_withdrawn_says_so_and_what_to_do_if_it_is_real(alice: Person, emergency: Alert) -> None:
    page = page_of(alice)
    Alert.objects.update(state="withdrawn", withdrawn_at=timezone.now())
    assert "A correction to an earlier message" in page.text
    assert "“New numbness, weakness, or bladder or bowel change” no longer matches" in page.text
    assert "If you do have this, go to an emergency department now" in page.text
    assert 'href="tel:112"' in page.text
    assert "<button" not in page.text


def test_what_is_closed_asks_for_nothing_more(bob: Person, emergency: Alert) -> None:
    Alert.objects.update(state="closed", closed_at=timezone.now())
    assert "This is closed" in page_of(bob).text
    assert "Call or go to Alice now" not in page_of(bob).text
    page_of(bob).tap()
    emergency.refresh_from_db()
    assert emergency.state == "closed"


def test_who_told_what_came_of_it_is_named_and_the_outcome_is_not(alice: Person, bob: Person, emergency: Alert) -> None:
    alice.post(f"patients/me/alerts/{emergency.pk}/outcome", {"outcome": "being_investigated"})
    assert "Alice noted the outcome" in page_of(bob).text
    assert "looking into it" not in page_of(bob).text
    assert "You: the doctor is looking into it" in page_of(alice).text


def test_it_speaks_the_language_of_its_reader(alice: Person, bob: Person, emergency: Alert) -> None:
    bob.patch("preferences", {"language": "es"})
    assert '<html lang="es">' in page_of(bob).text
    assert '<html lang="en">' in page_of(alice).text


@pytest.mark.parametrize(("asked", "language"), [("de-AT, en;q=0.5", "de"), ("it", "en"), ("*", "en")])
def test_a_page_for_nobody_speaks_the_language_of_the_browser(asked: str, language: str, db: None) -> None:
    answer = BENT.get(Accept_Language=asked)
    assert f'<html lang="{language}">' in answer.content.decode()
    assert (b"This link doesn't work any more" in answer.content) is (language == "en")


def test_the_time_of_the_tap_is_that_of_the_readers_clock(alice: Person, bob: Person, emergency: Alert) -> None:
    at = timezone.now().replace(month=5, day=3, hour=23, minute=30)
    acknowledge(patient_id=alice.patient_id, alert_id=emergency.pk, actor_id=bob.id, now=at)
    heard_from(user_id=alice.id, zone="Pacific/Auckland", now=at)
    assert f"4 May {at.year}, 11:30 (NZST)" in page_of(alice).text
    assert f"3 May {at.year}, 23:30 (UTC)" in page_of(bob).text


def test_who_acted_and_has_no_name_is_somebody_else(alice: Person, bob: Person, emergency: Alert) -> None:
    page_of(bob).tap()
    bob.user.name = ""
    bob.user.save()
    assert "Someone: I&#x27;m helping now" in page_of(alice).text
    assert bob.email not in page_of(alice).text


def test_a_name_with_markup_stays_a_name(alice: Person, bob: Person, emergency: Alert) -> None:
    for person in (alice, bob):
        person.user.name = f"<script>alert(1)</script>\"'&{person.user.name}"
        person.user.save()
    page_of(bob).tap()
    for page in (page_of(alice).text, page_of(bob).text):
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;" in page


class Structure(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def test_a_page_works_without_script_and_loads_from_nowhere_else(alice: Person, emergency: Alert) -> None:
    for answer in (page_of(alice).get(), BENT.get()):
        page = Structure(answer.content.decode())
        names = {tag for tag, _ in page.tags}
        assert not names & {"script", "style", "img", "iframe", "object"}
        assert not [tag for tag, attributes in page.tags if "style" in attributes or "onclick" in attributes]
        assert all(str(link["href"]).startswith("/static/pages/") for link in page.all("link"))
        assert len(page.all("h1")) == len(page.all("main")) == 1
        assert page.all("html")[0]["lang"] == "en"


def test_the_title_tells_nothing(alice: Person, emergency: Alert) -> None:
    assert "<title>A message from the symptom diary</title>" in page_of(alice).text


def test_the_stylesheets_are_there(db: None) -> None:
    for name in ("pico.classless.min.css", "pages.css"):
        with closing(Page(f"/static/pages/{name}").get()) as answer:
            assert (answer.status_code, answer["Content-Type"]) == (200, 'text/css; charset="utf-8"')


def test_the_secret_in_the_address_is_kept_and_no_cookie_set(alice: Person, emergency: Alert) -> None:
    for answer in (page_of(alice).get(), page_of(alice).tap("read"), BENT.get()):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_a_flood_is_turned_away_with_a_page(alice: Person, emergency: Alert, settings: Settings) -> None:
    page = page_of(alice)
    settings.RATE_LIMITS = True
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.API_LIMITS = {**settings.API_LIMITS, "address of strangers": (2, 1)}
    somewhere = f"198.51.100.{uuid4().int % 256}, 2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"
    answers = [page.ask("GET", X_Forwarded_For=somewhere) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    refused = answers[-1]
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert b"Too many requests" in refused.content
    assert "default-src 'none'" in refused["Content-Security-Policy"]


def test_after_the_tap_the_others_hear_who_helps_with_the_note_and_nothing_else(
    alice: Person, bob: Person, emergency: Alert, mailbox: MailReceiver
) -> None:
    page_of(bob).tap(note="On my way.")
    deliver_all(timezone.now() + timedelta(minutes=50))
    *_, helping = mailbox.received
    assert len(mailbox.received) == 3
    assert helping.recipients == (alice.email,)
    assert "Bob is helping you now" in helping.text
    assert "“On my way.”" in helping.text
    assert "On my way." in page_of(alice).text


def test_having_read_it_takes_nothing_on_and_ends_the_readers_own_repeats(
    alice: Person, bob: Person, emergency: Alert, mailbox: MailReceiver
) -> None:
    assert page_of(bob).tap("read").status_code == 303
    emergency.refresh_from_db()
    assert emergency.state == "open"
    assert "You've read this." in page_of(bob).text
    assert "Bob: I&#x27;ve read this" in page_of(alice).text
    later = timezone.now() + timedelta(minutes=16)
    take_due_steps(patient_id=alice.patient_id, now=later)
    deliver_all(later)
    assert [mail.recipients for mail in mailbox.received[2:]] == [(alice.email,)]


def test_a_tap_by_mistake_is_undone_within_ten_minutes(alice: Person, bob: Person, emergency: Alert) -> None:
    page = page_of(bob)
    page.tap()
    assert "I tapped that by mistake" in page.text
    assert "I tapped that by mistake" not in page_of(alice).text
    page.tap("take_back")
    emergency.refresh_from_db()
    assert emergency.state == "open"
    assert "Bob took back “I&#x27;m helping now”" in page_of(alice).text


def test_after_ten_minutes_it_is_not_undone_but_answered(alice: Person, bob: Person, emergency: Alert) -> None:
    page = page_of(bob)
    page.tap()
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert "by mistake" not in page.text
        page.tap("take_back")
    emergency.refresh_from_db()
    assert emergency.state == "acknowledged"


def test_were_you_seen_is_answered_by_one_confirmed_tap(alice: Person, bob: Person, emergency: Alert) -> None:
    page_of(bob).tap()
    question = Page(f"{page_of(bob).address}?say=not_yet")
    assert "Has a doctor seen Alice?" in question.text
    assert question.text.count("<button") == 1
    emergency.refresh_from_db()
    assert emergency.state == "acknowledged"  # looking answers nothing
    page_of(bob).tap("not_yet")
    emergency.refresh_from_db()
    assert emergency.state == "open"


def test_seen_closes_it_and_stores_no_visit(alice: Person, bob: Person, emergency: Alert) -> None:
    page_of(bob).tap()
    page_of(bob).tap("seen")
    emergency.refresh_from_db()
    assert (emergency.state, emergency.outcome, emergency.visit_id) == ("closed", "seen", None)
    assert not Event.objects.exists()
    assert "What did the doctor say?" in page_of(alice).text
    assert "What did the doctor say?" not in page_of(bob).text


def test_what_the_doctor_said_is_confirmed_and_the_patient_is_told(
    alice: Person, emergency: Alert, mailbox: MailReceiver
) -> None:
    page = page_of(alice)
    asked = page.tap("not_serious")
    assert (asked.status_code, Event.objects.exists()) == (200, False)
    assert "Is that what the doctor said?" in asked.content.decode()
    assert page.tap("not_serious", confirmed="yes").status_code == 303
    assert Event.objects.get().kind == "doctor_visit"
    deliver_all(timezone.now())
    assert "The doctor says it's not serious." in mailbox.received[-1].text
    assert mailbox.received[-1].recipients == (alice.email,)
    assert "visit to a doctor" not in page.tap("did_not_go").content.decode()
    page.tap("did_not_go", confirmed="yes")
    assert Event.objects.get().deleted


def test_who_may_not_write_the_diary_cannot_say_what_the_doctor_said(bob: Person, emergency: Alert) -> None:
    assert page_of(bob).tap("serious", confirmed="yes").status_code == 404
    emergency.refresh_from_db()
    assert (emergency.state, Event.objects.exists()) == ("open", False)


@pytest.mark.parametrize("do", ["", "everything", "take on"])
def test_a_form_that_there_is_not_is_refused(bob: Person, emergency: Alert, do: str) -> None:
    assert page_of(bob).tap(do).status_code == 400
    emergency.refresh_from_db()
    assert emergency.state == "open"


def test_one_tap_acts_on_every_alert_of_the_message(alice: Person, mailbox: MailReceiver) -> None:
    now = timezone.now()
    signs = Symptoms(saddle_numbness=True, coughing_blood=True)
    write(alice, entry(now.date(), symptoms=signs), now=now)
    deliver_all(now)
    assert len(mailbox.received) == 1
    page = page_of(alice)
    assert page.text.index("numbness between the legs") < page.text.index("blood when coughing")
    assert "See a doctor today" not in page.text
    page.tap()
    assert set(Alert.objects.values_list("state", flat=True)) == {"acknowledged"}
    page.tap("serious", confirmed="yes")
    assert set(Alert.objects.values_list("state", "outcome")) == {("closed", "serious")}
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_taps_at_once_acknowledge_once(alice: Person, bob: Person, emergency: Alert) -> None:
    pages = [page_of(alice), page_of(bob)] * 8

    def tap(page: Page) -> int:
        try:
            return page.tap().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tap, pages)) == {303}
    emergency.refresh_from_db()
    line = AccessLine.objects.get(action="acknowledged")
    assert (line.actor_id, line.at) == (emergency.acknowledged_by_id, emergency.acknowledged_at)


def test_what_can_wait_is_put_off_by_one_reader_for_themselves(alice: Person, bob: Person, advice: Alert) -> None:
    with time_machine.travel(NOON, tick=False):
        page = page_of(bob)
        assert "Write to me later" in page.text
        assert page.tap("next_week").status_code == 303
        assert "you get no messages about this." in page.text
        assert "Write to me later" not in page.text
        assert "Write to me later" in page_of(alice).text
    held = Snooze.objects.get()
    assert (held.user_id, held.until) == (bob.id, NOON + timedelta(days=7))
    assert Alert.objects.get(pk=advice.pk).state == "open"


def test_an_emergency_cannot_be_put_off(bob: Person, emergency: Alert) -> None:
    page = page_of(bob)
    assert "Write to me later" not in page.text
    assert page.tap("tomorrow").status_code == 303
    assert not Snooze.objects.exists()
