"""What a browser's cookie opens of the API: the little that our own script needs, and to no other site."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.models import Delivery
from diary.models import AccessLine, Entry
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from web.cookie import MARK
from web.offline.by_cookie import ASKED

pytestmark = pytest.mark.django_db
NOTHING: dict[str, Any] = {"cursor": None, "changes": []}


def asked(
    person: Person | None, address: str, *, method: str = "post", body: Any = NOTHING, **headers: str
) -> HttpResponse:
    browser = Client(headers={"X-Requested-With": MARK, "Sec-Fetch-Site": "same-origin"}, enforce_csrf_checks=True)
    if person:
        browser.cookies[settings.SESSION_COOKIE_NAME] = person.token
    answer: HttpResponse = getattr(browser, method)(
        reverse("by-cookie", args=[address]), body, content_type="application/json", headers=headers
    )
    return answer


def entry(person: Person) -> dict[str, Any]:
    """A change that stores an entry."""
    data = {
        "id": str(uuid4()),
        "date": "2026-03-01",
        "recorded_at": "2026-03-01T08:00:00Z",
        "time_zone": "UTC",
        "night_pain": 4,
    }
    return {"type": "entry", "op": "put", "id": data["id"], "if_version": None, "data": data}


def sync_of(person: Person) -> str:
    return f"patients/{person.patient_id}/sync"


def test_entries_are_synced_and_noted_like_those_of_an_app(alice: Person) -> None:
    answer = asked(alice, sync_of(alice), body={"cursor": None, "changes": [entry(alice)]})
    assert (answer.status_code, Entry.objects.get().night_pain) == (200, 4)
    assert AccessLine.objects.get().action == "synced"
    assert asked(alice, "patients/me/profile", method="get", body=None).status_code == 200


def test_the_diary_of_someone_else_is_none(alice: Person, bob: Person) -> None:
    assert asked(bob, sync_of(alice), body={"cursor": None, "changes": [entry(alice)]}).status_code == 404
    assert not Entry.objects.exists()


def test_without_a_cookie_no_one_is_signed_in(alice: Person) -> None:
    assert asked(None, sync_of(alice)).status_code == 401
    assert asked(None, sync_of(alice), Authorization=f"Bearer {alice.token}").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"X-Requested-With": ""}, {"X-Requested-With": "XMLHttpRequest"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_site_cannot_ask_in_the_readers_name(alice: Person, headers: dict[str, str]) -> None:
    answer = asked(alice, sync_of(alice), body={"cursor": None, "changes": [entry(alice)]}, **headers)
    assert (answer.status_code, Entry.objects.exists()) == (403, False)


@pytest.mark.parametrize("address", ["account/export", "patients/me/entries", "devices", "nothing", "../auth/session"])
def test_nothing_else_is_open_to_a_cookie(alice: Person, address: str) -> None:
    assert asked(alice, address, method="get", body=None).status_code == 404


def test_a_browser_says_that_a_message_came_and_only_who_it_was_sent_to_can(alice: Person, bob: Person) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    Delivery.objects.update(attempts=1)
    sent = Delivery.objects.get()
    address = f"patients/{alice.patient_id}/alerts/{sent.alert_id}/receipt"
    assert asked(bob, address, body={"status": "opened", "delivery": str(sent.pk)}).status_code == 404
    for status in ("delivered", "opened"):
        assert asked(alice, address, body={"status": status, "delivery": str(sent.pk)}).status_code == 204
        sent.refresh_from_db()
        assert (sent.delivered_at is None, sent.opened_at is None) == (False, status == "delivered")


def test_the_script_needs_four_addresses() -> None:
    assert {
        ("POST", "sync"),
        ("GET", "profile"),
        ("POST", "receipt"),
        ("POST", "preferences-test-receipt"),
    } == ASKED
