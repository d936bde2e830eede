"""The pages in Chromium, through the real server and its mail, without a script: from nothing to help on its way."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from diary.access.invitations import mail_invitation
from diary.models import Caregiver, Entry, Session, User
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.service import Service
from tests.web.browsing import looked_at, path_of, sign_in
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PASSWORD = "correct horse battery staple"


def test_someone_signs_up_writes_and_signs_out(phone: BrowserContext, api: Service) -> None:
    page = phone.new_page()
    page.goto(api.url)
    page.get_by_role("link", name="Keep a diary").click()
    page.get_by_label("Email address").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Send me a code").click()
    assert path_of(page) == "/sign-up/code"
    before = phone.cookies()
    page.get_by_label("Code from the email").fill(api.mailbox.code_for("alice@example.org"))
    page.get_by_role("button", name="Go on").click()
    assert path_of(page) == "/where"
    page.get_by_label("Place and time").select_option("Europe/London")
    page.get_by_role("button", name="That's my time").click()
    assert path_of(page) == "/consent"
    page.get_by_label(re.compile("I agree, and I am 13 or older")).check()
    page.get_by_role("button", name="Go on").click()
    assert path_of(page) == "/about-you"
    page.get_by_label("Year of birth").fill("1961")
    page.get_by_role("button", name="Save").click()
    assert path_of(page) == "/today"
    kept = {cookie["name"]: cookie for cookie in phone.cookies()}
    assert kept["session"]["httpOnly"]
    assert kept["session"]["sameSite"] == "Lax"
    assert kept["session"]["value"] not in {cookie["value"] for cookie in before}
    assert Session.objects.get().user == User.objects.get()

    taps = ["night_pain", "worst_pain"]
    for name in taps:
        page.locator(f"input[name={name}][value='6']").check(force=True)
    page.locator("input[name=woke_from_sleep][value=yes]").check(force=True)
    page.locator("input[name=danger_others]").check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is saved.")).to_be_visible()
    entry = Entry.objects.get()
    assert entry.symptoms is not None
    assert (entry.night_pain, entry.worst_pain, entry.rest_pain, entry.woke_from_sleep) == (6, 6, None, True)
    assert set(entry.symptoms.values()) == {False}
    assert "cough" not in entry.symptoms

    page.goto(f"{api.url}/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    assert path_of(page) == "/"
    assert not Session.objects.exists()
    page.go_back()
    assert path_of(page) == "/sign-in" or "Where you're signed in" not in page.content()


def test_danger_words_show_what_to_do_in_the_answer(phone: BrowserContext, api: Service) -> None:
    sign_in(phone, api.url, settled(Person("Alice")))
    page = phone.new_page()
    page.goto(f"{api.url}/today")
    page.locator("input[name=danger][value=saddle_numbness]").check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The entry is saved.")).to_be_visible()
    expect(page.get_by_text(re.compile("Go to an emergency department now"))).to_be_visible()
    assert page.get_by_role("link", name="Call 112").get_attribute("href") == "tel:112"
    page.get_by_role("link", name="I'm getting help, and other answers").click()
    page.get_by_role("button", name="I'm getting help").click()
    expect(page.get_by_text("You: I'm getting help")).to_be_visible()


def test_an_invitation_is_accepted_by_its_link_and_what_is_open_comes_first(
    phone: BrowserContext, api: Service, settings: Settings
) -> None:
    alice = Person("Alice")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    assert alice.post("patients/me/caregivers", {"email": "bob@example.org", "level": "read"}).status == 201
    code = _mailed_code(api, settings)

    page = phone.new_page()
    page.goto(f"{api.url}/invitations/{code}")
    expect(page.get_by_role("heading", name="An invitation from Alice")).to_be_visible()
    assert not User.objects.filter(email="bob@example.org").exists()
    page.get_by_label("Your name").fill("Bob")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up and accept").click()
    assert path_of(page) == "/caring"
    expect(page.get_by_text(re.compile("Call or go to Alice now"))).to_be_visible()
    page.get_by_role("link", name="Read and answer").click()
    page.get_by_text("Add a note for the others").click()
    page.get_by_label("Note").fill("<script>alert(1)</script> I'm on my way")
    page.get_by_role("button", name="I'm helping now").click()
    expect(page.get_by_text("You: I'm helping now")).to_be_visible()
    expect(page.get_by_text("<script>alert(1)</script> I'm on my way")).to_be_visible()
    place = Caregiver.objects.get()
    assert (place.state, place.user) == ("accepted", User.objects.get(email="bob@example.org"))
    page.goto(f"{api.url}/invitations/{code}")
    expect(page.get_by_role("heading", name="This invitation doesn't work any more")).to_be_visible()


def test_every_page_is_fit_for_everyone(small: BrowserContext, api: Service) -> None:
    page = small.new_page()
    for path in ("", "invited", "sign-up", "sign-up/code", "sign-in", "sign-in/code", "password/forgotten", "nothing"):
        page.goto(f"{api.url}/{path}")
        looked_at(page, path.replace("/", "-") or "entrance")
    alice = Person('Maximiliane-Charlotte von der Heide <b onclick="alert(1)">', email="alice@example.org")
    sign_in(small, api.url, alice)
    for path in ("where", "consent"):
        page.goto(f"{api.url}/{path}")
        looked_at(page, path)
    settled(alice)
    bob = Person("Bob")
    bob.cares_for(alice, "log")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    sign_in(small, api.url, alice)
    for path in (
        "today",
        "diary",
        "overview",
        "alerts",
        "caring",
        "account",
        "account/second-factor",
        "about-you",
        "people",
        "settings",
        "review",
        "sign-in/again",
    ):
        page.goto(f"{api.url}/{path}")
        looked_at(page, path.replace("/", "-"))
    page.goto(f"{api.url}/today")
    page.get_by_text("Where it hurts, and more").click()
    page.get_by_label("Weight in kilograms").fill("heavy")
    page.locator("input[name=danger][value=saddle_numbness]").check(force=True)
    page.get_by_role("button", name="Save").click()
    looked_at(page, "today-unfit")
    page.get_by_label("Weight in kilograms").fill("70.5")
    page.get_by_role("button", name="Save").click()
    looked_at(page, "raised")
    page.get_by_role("link", name="Look at the entry").click()
    looked_at(page, "entry")
    sign_in(small, api.url, bob)
    page.goto(f"{api.url}/caring")
    looked_at(page, "caring-someone")
    page.get_by_role("link", name="Read and answer").click()
    looked_at(page, "caring-alert")
    for path in ("today", "diary", "overview", "alerts"):
        page.goto(f"{api.url}/caring/{alice.patient_id}/{path}")
        looked_at(page, f"caring-{path}")


def test_an_invitation_and_the_way_to_refuse_it_are_fit_for_everyone(
    small: BrowserContext, api: Service, settings: Settings
) -> None:
    alice = Person("Alice")
    assert alice.post("patients/me/caregivers", {"email": "bob@example.org", "level": "log"}).status == 201
    page = small.new_page()
    page.goto(f"{api.url}/invitations/{_mailed_code(api, settings)}")
    looked_at(page, "invitation")
    page.get_by_role("link", name="No, thank you").click()
    looked_at(page, "refuse")
    page.get_by_role("button", name="Refuse this invitation and all further ones").click()
    looked_at(page, "refused")


def test_what_is_kept_through_signing_in_again_is_fit_for_everyone(small: BrowserContext, api: Service) -> None:
    alice = settled(Person("Alice"))
    alice.user.set_password(PASSWORD)
    sign_in(small, api.url, alice)
    page = small.new_page()
    page.goto(f"{api.url}/today")
    page.locator("input[name=danger][value=saddle_numbness]").check(force=True)
    alice.user.save()
    Session.objects.all().delete()
    page.get_by_role("button", name="Save").click()
    looked_at(page, "sign-in-kept")
    page.get_by_label("Email address").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    looked_at(page, "kept")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The entry is saved.")).to_be_visible()


def test_a_place_on_the_body_is_tapped_and_is_the_box_of_its_site(phone: BrowserContext, api: Service) -> None:
    sign_in(phone, api.url, settled(Person("Alice")))
    page = phone.new_page()
    page.goto(f"{api.url}/today")
    page.get_by_text("Where it hurts, and more").click()
    for site in ("left_flank", "neck", "neck"):
        page.locator(f"label[for=sites-{site}]").last.click()
    expect(page.get_by_label("Left side")).to_be_checked()
    expect(page.get_by_label("Neck")).not_to_be_checked()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is saved.")).to_be_visible()
    assert Entry.objects.get().sites == ["left_flank"]


def test_an_entry_is_made_with_the_keyboard_alone(phone: BrowserContext, api: Service) -> None:
    sign_in(phone, api.url, settled(Person("Alice")))
    page = phone.new_page()
    page.goto(f"{api.url}/today")
    first = page.locator("input[name=night_pain]").first
    _tab_to(page, "night_pain")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(first).not_to_be_checked()
    expect(page.locator("input[name=night_pain][value='3']")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is saved.")).to_be_visible()
    assert Entry.objects.get().night_pain == 3


def _tab_to(page: Page, name: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator("input:focus").count() and page.locator("input:focus").get_attribute("name") == name:
            return
    raise AssertionError(f"{name} is out of reach")


def _mailed_code(api: Service, settings: Settings) -> str:
    """What is in the link of the invitation that a worker would mail."""
    place = Caregiver.objects.get(state="invited")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(api.mailbox.url.rpartition(":")[2])
    mail_invitation(caregiver_id=place.pk, now=timezone.now())
    link = re.search(r"/invitations/([A-Z2-7]{32})", api.mailbox.sent_to("bob@example.org")[-1].text)
    assert link is not None
    return link[1]
