"""However much was spent on codes, whoever is to hear of a danger sign hears of it."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts.models import Delivery
from diary.limits.budgets import Budget, of_mailbox, spend
from diary.models import Phone
from tests.alerts.channels.twilio_double import form, set_up
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.cast import Person
from tests.diary.spending import budgets_of, forget_budgets
from tests.receiver import MailReceiver
from tests.web_receiver import WebReceiver

pytestmark = pytest.mark.django_db
NUMBER = "+34600000001"


@pytest.fixture
def twilio(settings: Settings) -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        yield set_up(settings, running)


@pytest.fixture
def nothing_left(settings: Settings) -> Iterator[None]:
    """Every budget is spent."""
    budgets_of(settings, **dict.fromkeys(settings.DAILY_BUDGETS, 1))
    yield
    forget_budgets()


@pytest.mark.usefixtures("nothing_left")
def test_a_danger_sign_is_told_by_mail_and_sms(mailbox: MailReceiver, twilio: WebReceiver) -> None:
    alice = Person("Alice")
    Phone.objects.create(user=alice.user, number=NUMBER, verified_at=timezone.now())
    for budget in (Budget("mail"), Budget("sms"), of_mailbox("mail_mailbox", alice.email)):
        spend(budget)
        assert spend(budget).wait > 0
    alice.patch("preferences", {"channels": {"emergency": ["email", "sms"]}})
    write(alice, saddle_numbness())
    deliver_all(NOON)
    assert set(Delivery.objects.values_list("channel", "state")) == {("email", "sent"), ("sms", "sent")}
    assert len(mailbox.sent_to(alice.email)) == 1
    assert form(twilio.received[0])["To"] == NUMBER
