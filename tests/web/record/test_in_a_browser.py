"""The pages of treatments, events and visits in the smallest window, by the server as it runs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from alerts.models import Alert
from diary.format.fields import Event, Treatment
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.service import Service
from tests.web.browsing import looked_at, sign_in
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_they_are_fit_for_everyone_and_a_visit_closes_its_alert(small: BrowserContext, api: Service) -> None:
    alice = settled(Person("Alice"))
    now = timezone.now()
    today = now.date()
    begun = today - timedelta(days=20)
    ibuprofen = Treatment(uuid4(), "medication", "Ibuprofen", begun, daily_dose=1200, dose_unit="mg")
    heat = Treatment(id=uuid4(), kind="heat", name="Hot water bottle", started_on=today, stopped_on=today)
    fall = Event(id=uuid4(), kind="fall", date=today, trauma="minor", site="lower_back", note="On the stairs.")
    write(alice, ibuprofen, heat, fall, saddle_numbness(today), now=now)
    sign_in(small, api.url, alice)
    page = small.new_page()
    for path in ("treatments", "treatments/new", f"treatments/{ibuprofen.id}", "events", "events/new", "visits/new"):
        page.goto(f"{api.url}/diary/{path}")
        looked_at(page, f"diary-{path.replace('/', '-').replace(str(ibuprofen.id), 'one')}")
    page.get_by_role("group", name="Was it about these messages?").get_by_role("checkbox").check(force=True)
    page.get_by_label("They're looking into it").check(force=True)
    page.get_by_label("In the doctor's words").fill("A scan on Monday.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A scan on Monday.")).to_be_visible()
    looked_at(page, "diary-events-after")
    assert Alert.objects.get().outcome == "being_investigated"

    page.goto(f"{api.url}/diary/treatments/{ibuprofen.id}")
    other = small.new_page()
    other.goto(f"{api.url}/diary/treatments")
    other.get_by_role("button", name="I stopped it today").click()
    expect(other.get_by_text("This is saved.")).to_be_visible()
    page.get_by_label("Name").fill("Naproxen")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It now says")).to_be_visible()
    looked_at(page, "diary-treatment-changed-elsewhere")
