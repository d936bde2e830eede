"""The mail and the page of a check-up: what persists, what to ask for, and nothing that sounds like an alarm."""

from html import unescape

import pytest

from alerts.delivery.send import deliver
from alerts.messages.links import Signed, alert_link, unsubscribe_link
from alerts.models import Alert, Delivery, Unsubscription
from alerts.rules.tiers import Tier
from alerts.screening.diary import screen_diary
from diary.models import Event
from tests.alerts.diaries import NOON, TODAY, pain_of_long_ago, write
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.links.conftest import Page, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(alice: Person, mailbox: MailReceiver) -> Delivery:
    """The mail to Alice, sent."""
    write(alice, *pain_of_long_ago())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    delivery = Delivery.objects.get(alert__rule="check_up_due")
    deliver(delivery_id=delivery.pk, now=NOON)
    return delivery


@pytest.fixture
def page(delivery: Delivery) -> Page:
    return Page(path_of(alert_link(delivery.pk, delivery.recipient.links_epoch)))


def test_the_mail_says_what_is_still_there_and_what_to_ask_for(
    alice: Person, mailbox: MailReceiver, delivery: Delivery
) -> None:
    [mail] = mailbox.sent_to(alice.email)
    assert mail.mail["Subject"] == "A message from your diary"
    said = " ".join(mail.text.split())
    assert "It's been more than a year since a doctor looked at this pain, and it's still there" in said
    assert "What is still there: pain at night or at rest that treatment hasn't relieved." in said
    assert "Ask for a routine check-up in the next two months" in said
    assert "Emails that suggest a routine check-up" in said
    assert "Also sent to" not in said


def test_the_page_asks_for_no_help_and_no_answer(page: Page) -> None:
    assert "pain at night or at rest that treatment hasn't relieved" in unescape(page.text)
    assert "We send this once, and only to you." in page.text
    assert [unescape(button) for button in page.buttons] == [
        "It's not serious",
        "They're looking into it",
        "It's serious",
    ]
    assert "Were you seen?" not in page.text


def test_taken_on_in_the_app_it_does_not_ask_whether_they_were_seen(
    alice: Person, delivery: Delivery, page: Page
) -> None:
    assert alice.post(f"patients/me/alerts/{delivery.alert_id}/acknowledge", {}).status == 200
    assert "Were you seen?" not in page.text


def test_what_the_doctor_said_is_noted_as_a_visit_and_closes_it(delivery: Delivery, page: Page) -> None:
    assert page.tap("not_serious", confirmed="yes").status_code == 303
    assert Alert.objects.get(pk=delivery.alert_id).state == "closed"
    assert Event.objects.filter(kind="doctor_visit", deleted=False, date__gte=TODAY).exists()
    assert "This is closed." in page.text


def test_mails_of_this_kind_end_and_alarms_go_on(delivery: Delivery) -> None:
    link = Page(path_of(unsubscribe_link(delivery.pk, Tier.CHECK_UP, delivery.recipient.links_epoch)))
    assert "Emails that suggest a routine check-up" in link.text
    assert link.tap(stop="yes").status_code == 303
    assert list(Unsubscription.objects.values_list("tier", flat=True)) == ["check_up"]


@pytest.mark.parametrize(("number", "tier"), [(1, Tier.SEE_DOCTOR), (2, Tier.URGENT), (3, Tier.EMERGENCY)])
def test_links_in_mails_that_were_sent_before_still_mean_what_they_said(number: int, tier: Tier) -> None:
    assert Signed("unsubscribe", f"AAAAAAAAAAAAAAAAAAAAAA.{number}:t:s").tier is tier
