"""From nothing to a doctor's answer, in two browsers without a script, with the worker and the mail as they run."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from alerts.models import Alert
from diary.models import Caregiver
from tests.service import Service
from tests.web.browsing import PHONE, path_of

pytestmark = [pytest.mark.browser, pytest.mark.nightly, pytest.mark.timeout(600)]
PASSWORD = "correct horse battery staple"
NIGHTS = 42
"""So long without a treatment that helped, and pain at night is to be seen by a doctor."""


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    with Service() as service:
        yield service.start_api().start_worker()


def test_weeks_of_nights_an_alert_help_and_what_the_doctor_said(browser: Browser, service: Service) -> None:
    alice, bob = (browser.new_context(**PHONE, java_script_enabled=False).new_page() for _ in range(2))
    sign_up(alice, service)
    for ago in range(NIGHTS - 1, 0, -1):
        write_a_night(alice, service, ago)
    invite(alice, service)
    accept(bob, service)

    write_a_night(alice, service, 0)
    told = service.mailbox.wait_for("bob@example.org", containing="night")
    service.mailbox.wait_for("alice@example.org", containing="night")
    assert "night" not in told.mail["Subject"].lower()
    bob.goto(told.link)
    bob.get_by_role("button", name="I'm helping now").click()
    expect(bob.get_by_text("You: I'm helping now")).to_be_visible()
    service.mailbox.wait_for("alice@example.org", containing="Bob")

    alice.goto(f"{service.url}/diary/visits/new")
    alice.get_by_role("group", name="Was it about these messages?").get_by_role("checkbox").check(force=True)
    alice.get_by_label("They're looking into it").check(force=True)
    alice.get_by_label("In the doctor's words").fill("A scan on Monday.")
    alice.get_by_role("button", name="Save").click()
    expect(alice.get_by_text("A scan on Monday.")).to_be_visible()
    alert = Alert.objects.get(tier="see_doctor")
    assert (alert.state, alert.outcome) == ("closed", "being_investigated")
    bob.goto(told.link)
    expect(bob.get_by_text(re.compile("noted the outcome"))).to_be_visible()
    assert "A scan on Monday." not in bob.content()


def sign_up(page: Page, service: Service) -> None:
    page.goto(service.url)
    page.get_by_role("link", name="Keep a diary").click()
    page.get_by_label("Email address").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the email").fill(service.mailbox.code_for("alice@example.org"))
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Place and time").select_option("Europe/London")
    page.get_by_role("button", name="That's my time").click()
    page.get_by_label(re.compile("I agree, and I am 13 or older")).check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Year of birth").fill("1961")
    page.get_by_role("button", name="Save").click()
    assert path_of(page) == "/today"


def write_a_night(page: Page, service: Service, days_ago: int) -> None:
    page.goto(f"{service.url}/today")
    page.locator("details", has=page.locator("input[name=date]")).locator("summary").click()
    page.locator("input[name=date]").fill((timezone.now() - timedelta(days=days_ago)).date().isoformat())
    page.locator("input[name=night_pain][value='6']").check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is saved.")).to_be_visible()


def invite(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/people")
    page.get_by_label("Their email address").fill("bob@example.org")
    page.locator("input[name=level][value=read]").last.check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(re.compile("Invited, and hasn't accepted yet"))).to_be_visible()


def accept(page: Page, service: Service) -> None:
    mailed = service.mailbox.wait_for("bob@example.org")
    page.goto(f"{service.url}/invitations/{mailed.invitation}")
    page.get_by_label("Your name").fill("Bob")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up and accept").click()
    assert path_of(page) == "/caring"
    assert Caregiver.objects.get().state == "accepted"
