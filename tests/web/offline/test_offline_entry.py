"""Entries in Chromium with scripts: kept on the device first, sent when there is a network, danger signs at once."""

import re
from datetime import timedelta
from typing import Any, Final

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from diary.format.fields import Entry as Shape
from diary.models import Entry
from diary.sealing import opened as opened_note
from tests.cast import Person
from tests.service import Service
from tests.web.browsing import SMALL, looked_at, path_of, sign_in
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SAVED: Final = "This is saved."
KEPT: Final = """async () => {
  let kept = 0;
  for (const { name } of await indexedDB.databases()) {
    const opened = indexedDB.open(name);
    const database = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
    const counted = database.transaction("rows").objectStore("rows").count();
    kept += await new Promise((resolve) => (counted.onsuccess = () => resolve(counted.result)));
    database.close();
  }
  return kept;
}"""
"""How many rows of diaries are on the device."""
FULL: Final = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError") };
}"""
KEPT_OF: Final = """async (patient) => {
  const opened = indexedDB.open("diary-" + patient);
  const database = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
  const counted = database.transaction("rows").objectStore("rows").count();
  const kept = await new Promise((resolve) => (counted.onsuccess = () => resolve(counted.result)));
  database.close();
  return kept;
}"""


def opened(phone: BrowserContext, api: Service, person: Person) -> Page:
    """The form, with the service worker at its post."""
    sign_in(phone, api.url, person)
    page = phone.new_page()
    page.goto(api.url + reverse("today"))
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def answer(page: Page, **scores: int) -> None:
    expect(page.locator("form.entry[inert]")).to_have_count(0)  # until what was saved before is put away
    for name, score in scores.items():
        page.locator(f"input[name={name}][value='{score}']").check(force=True)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_with_a_network_an_entry_is_saved_and_shown(phone: BrowserContext, api: Service, alice: Person) -> None:
    page = opened(phone, api, alice)
    answer(page, night_pain=6, worst_pain=7)
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    entry = Entry.objects.get()
    assert path_of(page) == reverse("entry-page", args=[entry.id])
    assert (entry.night_pain, entry.worst_pain, entry.time_zone) == (6, 7, "Europe/Madrid")


def test_without_a_network_the_form_opens_keeps_what_is_written_and_sends_it_later(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    phone.set_offline(True)
    page.goto(api.url + reverse("today"))
    expect(page.get_by_text("There is no network.")).to_be_visible()
    for number, score in enumerate([3, 8], start=1):
        answer(page, night_pain=score)
        save(page)
        waiting(page, number)
    assert not Entry.objects.exists()

    phone.set_offline(False)
    expect(page.get_by_text(re.compile("Saved at"))).to_be_visible(timeout=60_000)
    assert set(Entry.objects.values_list("night_pain", flat=True)) == {3, 8}


def test_a_danger_sign_is_read_without_a_network(phone: BrowserContext, api: Service, alice: Person) -> None:
    page = opened(phone, api, alice)
    phone.set_offline(True)
    page.locator("input[name=danger][value=saddle_numbness]").check(force=True)
    save(page)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Go to an emergency department now,")).to_be_visible()
    expect(dialog.get_by_role("link")).to_have_attribute("href", "tel:112")
    dialog.get_by_role("button", name="I've read this").click()
    waiting(page, 1)
    phone.set_offline(False)
    sent(page)
    assert Entry.objects.get().symptoms == {"saddle_numbness": True}
    expect(dialog).not_to_be_visible()


def waiting(page: Page, number: int) -> None:
    expect(page.get_by_text(f"Waiting on this device: {number}.")).to_be_visible()
    expect(page.locator("form.entry[inert]")).to_have_count(0)  # what was saved is put away


def sent(page: Page) -> None:
    expect(page.get_by_text(re.compile("Saved at"))).to_be_visible(timeout=60_000)


def test_a_tab_that_is_killed_while_it_waits_loses_nothing(phone: BrowserContext, api: Service, alice: Person) -> None:
    page = opened(phone, api, alice)
    phone.set_offline(True)
    answer(page, worst_pain=5)
    save(page)
    waiting(page, 1)
    page.close()  # the browser ends its process

    again = phone.new_page()
    again.goto(api.url + reverse("today"))
    waiting(again, 1)
    phone.set_offline(False)
    sent(again)
    assert Entry.objects.get().worst_pain == 5


def test_two_tabs_send_each_entry_once(phone: BrowserContext, api: Service, alice: Person) -> None:
    first = opened(phone, api, alice)
    second = phone.new_page()
    second.goto(api.url + reverse("today"))
    phone.set_offline(True)
    for page, score in [(first, 1), (second, 2)]:
        answer(page, worst_pain=score)
        save(page)
        expect(page.get_by_text(re.compile("Waiting on this device"))).to_be_visible()
        expect(page.locator("form.entry[inert]")).to_have_count(0)
    phone.set_offline(False)
    sent(first)
    sent(second)
    assert sorted(Entry.objects.values_list("worst_pain", "version")) == [(1, 1), (2, 1)]


def test_a_network_that_comes_and_goes(phone: BrowserContext, api: Service, alice: Person) -> None:
    page = opened(phone, api, alice)
    for score in range(4):
        phone.set_offline(True)
        page.goto(api.url + reverse("today"))
        answer(page, worst_pain=score)
        save(page)
        expect(page.get_by_text(re.compile("Waiting on this device"))).to_be_visible()
        expect(page.locator("form.entry[inert]")).to_have_count(0)
        phone.set_offline(False)
        page.wait_for_timeout(200 * score)
    page.goto(api.url + reverse("today"))
    sent(page)
    assert set(Entry.objects.values_list("worst_pain", flat=True)) == {0, 1, 2, 3}


def test_one_bar_of_signal_opens_the_form_all_the_same(phone: BrowserContext, api: Service, alice: Person) -> None:
    page = opened(phone, api, alice)
    phone.route("**/today", lambda route: None)  # never answered
    page.goto(api.url + reverse("today"))
    expect(page.get_by_text("There is no network.")).to_be_visible(timeout=15_000)
    answer(page, worst_pain=4)
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()


@pytest.mark.nightly
def test_the_last_entry_of_a_day_is_kept_although_the_server_accepts_and_never_answers(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    hung: list[Route] = []
    phone.route("**/by-cookie/**", lambda route: hung.append(route))  # taken, and never answered
    phone.set_offline(True)
    page.goto(api.url + reverse("today"))
    expect(page.get_by_text("There is no network.")).to_be_visible()
    phone.set_offline(False)
    answer(page, worst_pain=6)
    save(page)
    waiting(page, 1)
    assert hung
    phone.set_offline(True)  # and then the network is gone, and the phone put away
    page.close()

    again = phone.new_page()
    again.goto(api.url + reverse("today"))
    waiting(again, 1)
    assert not Entry.objects.exists()
    phone.unroute("**/by-cookie/**")
    phone.set_offline(False)
    sent(again)
    assert list(Entry.objects.values_list("worst_pain", "version")) == [(6, 1)]


def test_without_room_on_the_device_it_is_sent_as_without_a_script(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    page.evaluate(FULL)
    answer(page, worst_pain=9)
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert Entry.objects.get().worst_pain == 9


def test_what_the_kept_form_cannot_keep_comes_back_to_be_sent(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    phone.route("**/today", lambda route: None)  # never answered
    page.goto(api.url + reverse("today"))
    expect(page.get_by_text("There is no network.")).to_be_visible(timeout=15_000)
    phone.unroute("**/today")
    page.evaluate(FULL)
    answer(page, worst_pain=8)
    save(page)
    expect(page.get_by_role("heading", name="Your answers are still here")).to_be_visible()
    assert "worst_pain" not in page.url
    expect(page.locator("input[name=worst_pain]")).to_have_value("8")
    expect(page.locator("input[name=id]")).not_to_have_value("")


def test_a_form_that_is_no_ones_takes_nothing(phone: BrowserContext, api: Service) -> None:
    page = phone.new_page()
    page.goto(api.url + reverse("offline"))
    expect(page.get_by_text("Nothing can be kept here yet.")).to_be_visible()
    expect(page.locator("form.entry[inert]")).to_have_count(1)


def test_without_room_and_without_a_network_the_form_stays_as_it_is(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    phone.set_offline(True)
    page.evaluate(FULL)
    page.locator("input[name=danger][value=saddle_numbness]").check(force=True)
    save(page)
    page.get_by_role("dialog").get_by_role("button", name="I've read this").click()
    expect(page.get_by_text("This device could not keep it")).to_be_visible()
    expect(page.locator("input[name=danger][value=saddle_numbness]")).to_be_checked()


def test_what_a_wrong_clock_dates_in_the_future_is_mended_in_the_form(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    page.get_by_text("Where it hurts, and more").click()
    page.get_by_label("Day").fill("2031-01-01")
    answer(page, worst_pain=6)
    page.locator("input[name=danger][value=leg_weak]").check(force=True)
    save(page)
    page.get_by_role("dialog").get_by_role("button", name="I've read this").click()
    expect(page.get_by_text(re.compile("This was not accepted yet"))).to_be_visible()
    expect(page.locator("input[name=worst_pain][value='6']")).to_be_checked()
    page.get_by_label("Day").fill(str(timezone.localdate() - timedelta(days=1)))
    save(page)
    expect(page.get_by_role("button", name="I'm getting help")).to_be_visible()  # its alert, to be answered
    stored = Entry.objects.get()
    assert (stored.worst_pain, stored.symptoms) == (6, {"leg_weak": True})


def test_signing_out_warns_of_what_waits_and_leaves_nothing(phone: BrowserContext, api: Service, alice: Person) -> None:
    page = opened(phone, api, alice)
    page.goto(api.url + reverse("account"))
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    phone.route("**/by-cookie/**", lambda route: route.abort())
    page.goto(api.url + reverse("today"))
    answer(page, worst_pain=2)
    save(page)
    waiting(page, 1)
    said: list[str] = []

    def stay(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.goto(api.url + reverse("account"))
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
    page.wait_for_timeout(500)
    assert said == ["On this device only: 1. If you go on, it is lost."]

    phone.unroute("**/by-cookie/**")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert Entry.objects.get().worst_pain == 2
    assert page.evaluate(KEPT) == 0


def test_a_session_that_was_ended_elsewhere_leaves_only_what_was_never_sent(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    answer(page, worst_pain=2)
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert page.evaluate(KEPT) > 0
    phone.clear_cookies()
    page.goto(api.url + reverse("sign-in"))
    page.wait_for_function(f"({KEPT})().then((kept) => kept === 0)")

    sign_in(phone, api.url, alice)
    page.goto(api.url + reverse("today"))
    phone.route("**/by-cookie/**", lambda route: route.abort())
    answer(page, worst_pain=3)
    save(page)
    waiting(page, 1)
    phone.unroute("**/by-cookie/**")
    phone.clear_cookies()
    page.goto(api.url + reverse("sign-in"))
    expect(page.get_by_text("You are signed out. On this device only: 1.")).to_be_visible()
    assert page.evaluate(KEPT) > 0


def test_nobody_elses_entries_get_into_a_diary(phone: BrowserContext, api: Service, alice: Person, bob: Person) -> None:
    settled(bob)
    page = opened(phone, api, alice)
    phone.route("**/by-cookie/**", lambda route: route.abort())
    answer(page, worst_pain=2)
    save(page)
    waiting(page, 1)
    phone.clear_cookies()
    sign_in(phone, api.url, bob)
    phone.unroute("**/by-cookie/**")
    with page.expect_response(re.compile(rf"{bob.patient_id}/sync")):
        page.goto(api.url + reverse("today"))
    # Her own browser may have sent it in the background before she signed out; his must not, to whichever diary.
    assert set(Entry.objects.values_list("patient", "recorded_by")) <= {(alice.patient_id, alice.id)}

    phone.clear_cookies()
    sign_in(phone, api.url, alice)
    page.goto(api.url + reverse("today"))
    sent(page)
    assert (Entry.objects.get().patient_id, Entry.objects.get().worst_pain) == (alice.patient_id, 2)
    assert page.evaluate(KEPT_OF, str(bob.patient_id)) == 0


def test_what_is_written_after_the_session_ended_goes_up_after_signing_in_again(
    phone: BrowserContext, api: Service, alice: Person
) -> None:
    page = opened(phone, api, alice)
    phone.clear_cookies()
    answer(page, worst_pain=7)
    save(page)
    expect(page.get_by_label("Password")).to_be_visible()
    assert not Entry.objects.exists()

    sign_in(phone, api.url, alice)
    page.goto(api.url + reverse("today"))
    sent(page)
    assert Entry.objects.get().worst_pain == 7


def test_what_a_caregiver_writes_for_someone_gets_into_that_diary(
    phone: BrowserContext, api: Service, alice: Person, bob: Person
) -> None:
    settled(bob).cares_for(alice, "log")
    page = opened(phone, api, bob)
    page.goto(api.url + reverse("caring-today", args=[alice.patient_id]))
    answer(page, worst_pain=3)
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert Entry.objects.get().patient_id == alice.patient_id


def test_the_script_reads_the_form_as_the_server_does(phone: BrowserContext, api: Service, alice: Person) -> None:
    page = opened(phone, api, alice)
    fill_everything(page)
    save(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    by_script = Entry.objects.get()

    page.goto(api.url + reverse("today"))
    fill_everything(page)
    page.evaluate("document.querySelector('form.entry').submit()")  # past the script
    expect(page.get_by_text(SAVED)).to_be_visible()
    by_server = Entry.objects.exclude(pk=by_script.pk).get()
    assert answers(by_script) == answers(by_server)


def fill_everything(page: Page) -> None:
    page.get_by_text("Where it hurts, and more").click()
    answer(page, night_pain=10, worst_pain=0, rest_pain=3)
    for name, word in {"woke_from_sleep": "yes", "worse_lying_down": "no"}.items():
        page.locator(f"input[name={name}][value={word}]").check(force=True)
    for box in ("cough", "fatigue", "lower_back", "left_flank"):
        page.locator(f"input[type=checkbox][value={box}]").check(force=True)
    page.locator("input[name=danger_others]").check(force=True)
    page.get_by_label("Weight in kilograms").fill("70,55")
    page.get_by_label("Note").fill("First line\nsecond <b>line</b> ")


def answers(entry: Entry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in Shape.__struct_fields__ if name not in {"id", "recorded_at"}}
    return told | {"note": opened_note(bytes(entry.note or b""))}


def test_form_and_danger_sign_keep_no_one_out(browser: Browser, api: Service, alice: Person) -> None:
    context = browser.new_context(**SMALL, bypass_csp=True)
    page = opened(context, api, alice)
    context.set_offline(True)
    page.goto(api.url + reverse("today"))
    looked_at(page, "offline")
    page.locator("input[name=danger][value=saddle_numbness]").check(force=True)
    save(page)
    expect(page.get_by_role("dialog")).to_be_visible()
    looked_at(page, "offline-sign")
    page.keyboard.press("Escape")
    waiting(page, 1)
    looked_at(page, "offline-waiting")
    context.close()
