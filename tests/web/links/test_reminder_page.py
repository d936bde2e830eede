"""The page behind a reminder: once more in an hour by one tap, or no more at all. Opening it does nothing."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from alerts.models import Courtesy
from diary.identity.provisioning import sign_out_everywhere
from diary.models import Preferences
from tests.alerts.courtesy.clockwork import EVERY_DAY, lives_in, sweep, wall
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.links.conftest import Page, path_of

pytestmark = pytest.mark.django_db
EIGHT = wall("2026-06-30T20:00", "UTC")
HOUR = timedelta(hours=1)


@pytest.fixture
def page(alice: Person, mailbox: MailReceiver) -> Page:
    """That of the reminder which Alice was mailed at eight."""
    with time_machine.travel(EIGHT - HOUR, tick=False):
        lives_in(alice, "UTC")
        wish = {"logging_reminder": {"at": "20:00", "weekdays": EVERY_DAY}}
        assert alice.patch("preferences", wish).status == 200
    sweep(EIGHT)
    assert len(mailbox.received) == 1
    link = path_of(mailbox.received[0].mail["List-Unsubscribe"].strip(" <>"))
    assert link[:3] == "/r/"
    return Page(link)


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def test_opening_it_does_nothing(page: Page, mailbox: MailReceiver) -> None:
    with at(EIGHT):
        assert page.buttons == ["Remind me in an hour", "Stop these reminders"]
        assert page.head().status_code == 200
    sweep(EIGHT + 2 * HOUR)
    assert len(mailbox.received) == 1
    assert Preferences.objects.get().reminder_at is not None


def test_in_an_hour_by_one_tap_and_once_however_often_it_is_tapped(page: Page, mailbox: MailReceiver) -> None:
    with at(EIGHT + timedelta(minutes=5)):
        assert page.tap("later").status_code == 303
        assert page.tap("later").status_code == 303
        assert "At about 21:05" in page.text
        assert page.buttons == ["Stop these reminders"]
    sweep(EIGHT + HOUR)
    assert len(mailbox.received) == 1
    sweep(EIGHT + HOUR + timedelta(minutes=5))
    sweep(EIGHT + 2 * HOUR)
    assert len(mailbox.received) == 2


def test_the_later_one_does_not_come_once_today_is_written(page: Page, mailbox: MailReceiver, alice: Person) -> None:
    with at(EIGHT):
        page.tap("later")
    write(alice, entry())
    sweep(EIGHT + HOUR)
    assert len(mailbox.received) == 1


def test_on_another_day_there_is_no_later(page: Page) -> None:
    with at(EIGHT + timedelta(days=1)):
        assert page.buttons == ["Stop these reminders"]
        page.tap("later")
    assert Courtesy.objects.count() == 1


@pytest.mark.parametrize("how", [{"do": "stop"}, {"do": "", "List_Unsubscribe": "One-Click"}])
def test_one_tap_or_one_click_of_a_mail_program_stops_them(
    page: Page, mailbox: MailReceiver, alice: Person, how: dict[str, str]
) -> None:
    assert mailbox.received[0].mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with at(EIGHT):
        page.tap(**how)
        assert page.buttons == []
        assert alice.get("preferences").body["logging_reminder"] is None
    sweep(EIGHT + timedelta(days=1))
    assert len(mailbox.received) == 1


def test_what_it_does_not_know_changes_nothing(page: Page) -> None:
    with at(EIGHT):
        assert page.tap("take_on").status_code == 400
    assert Courtesy.objects.count() == 1


def test_the_link_ends_with_a_sign_out_everywhere_and_after_30_days(page: Page, alice: Person) -> None:
    address = page.address
    with at(timezone.now() + timedelta(days=31)):
        assert Page(address).get().status_code == 410
    sign_out_everywhere(user=alice.user, now=timezone.now())
    assert Page(address).get().status_code == 404
    assert Page("/r/nonsense").get().status_code == 404
