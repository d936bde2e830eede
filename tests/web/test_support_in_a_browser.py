"""Sue of support helps Alice: signed in with her authenticator app, in the smallest window, without a script."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from diary.format.fields import Symptoms
from diary.models import Notice, Session, SupportLine, User
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.diary.identity.authenticator import code_of
from tests.service import Service
from tests.support.staffing import REASON, SECRET, become_staff
from tests.web.browsing import looked_at, path_of
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    """With its support pages on."""
    with Service() as service:
        service.environment["SUPPORT_PAGES"] = "yes"
        yield service.start_api()


def test_support_finds_an_account_and_helps_with_it(small: BrowserContext, service: Service) -> None:
    alice, bob, sue = settled(Person("Alice")), Person("Bob"), become_staff(Person("Sue"))
    bob.cares_for(alice, "read")
    alice.post("patients/me/caregivers", {"email": "dana@example.org", "level": "read"})
    write(alice, entry(timezone.now().date(), symptoms=Symptoms(saddle_numbness=True)), now=timezone.now())
    sue.user.set_password(PASSWORD)
    sue.user.save()

    page = small.new_page()
    page.goto(f"{service.url}/support/")
    page.get_by_label("Email address").fill(sue.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(code_of(SECRET))
    page.get_by_role("button", name="Sign in").click()
    assert path_of(page) == "/support/"
    looked_at(page, "support-find")

    page.get_by_label("The exact email address").fill("alice@example.com")
    page.get_by_label("Why").fill(REASON)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("alert")).to_have_text("There is no account with this address.")
    looked_at(page, "support-none")
    page.get_by_label("The exact email address").fill(alice.email)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=alice.email)).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status")).to_have_text(
        "The invitation is mailed again, with a new code; the earlier one no longer works."
    )
    page.get_by_role("button", name="It reaches no one").click()
    expect(page.get_by_role("button", name="It works again")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    looked_at(page, "support-account")

    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("status")).to_have_text(
        "Every phone and browser is signed out, and links in messages no longer work."
    )
    assert not Session.objects.filter(user=alice.user).exists()
    assert Notice.objects.filter(user=alice.user, kind="signed_out_everywhere").exists()
    page.get_by_text("Erase the account", exact=True).click()
    page.get_by_label("Type the address of the account to confirm").fill("alice")
    page.get_by_role("button", name="Erase everything now").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was erased")
    looked_at(page, "support-not-erased")
    page.get_by_text("Erase the account", exact=True).click()
    page.get_by_label("Type the address of the account to confirm").fill(alice.email)
    page.get_by_role("button", name="Erase everything now").click()
    expect(page.get_by_role("status")).to_have_text(
        "The account and everything about it are erased. A mail to its address says so."
    )
    assert not User.objects.filter(pk=alice.id).exists()
    assert set(SupportLine.objects.values_list("staff", "way")) == {(sue.email, "page")}

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{service.url}/support/")
    assert path_of(page) == "/sign-in"
