"""The pages about one's own data, in the smallest window."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext

from diary.identity.provisioning import issue_token
from tests.cast import Person
from tests.service import Service
from tests.web.browsing import looked_at, sign_in
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_they_are_fit_for_everyone(small: BrowserContext, api: Service) -> None:
    alice, bob = settled(Person("Alice")), Person("Bob")
    bob.cares_for(alice, "read")
    assert bob.get(f"patients/{alice.patient_id}/entries").status == 200
    sign_in(small, api.url, alice)
    page = small.new_page()
    for path in ("looks", "data", "erase"):
        page.goto(f"{api.url}/account/{path}")
        looked_at(page, f"account-{path}")
    page.get_by_role("button", name="Send me a code to erase it").click()
    looked_at(page, "account-erase-code")
    alice.token = issue_token(user=alice.user, now=timezone.now() - timedelta(hours=1))
    sign_in(small, api.url, alice)
    page.goto(f"{api.url}/people")
    page.get_by_label("Their email address").fill("dana@example.org")
    page.get_by_role("button", name="Send the invitation").click()
    looked_at(page, "asked-again")
