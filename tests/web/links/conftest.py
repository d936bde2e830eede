"""An emergency of Alice's that she and Bob were mailed about, and a browser that is signed in nowhere."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from alerts.delivery.send import deliver
from alerts.messages.links import alert_link, unsubscribe_link
from alerts.models import Alert, Delivery
from alerts.rules.tiers import Tier
from alerts.screening.diary import screen_diary
from diary.models import User
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver


@dataclass(frozen=True)
class Page:
    """One page, as a browser that has no cookies finds it."""

    address: str

    def get(self, **headers: str) -> HttpResponse:
        return self.ask("GET", **headers)

    def head(self) -> HttpResponse:
        return self.ask("HEAD")

    def tap(self, do: str = "take_on", **fields: str) -> HttpResponse:
        """Send a form, as a browser that checks Django's CSRF token would have to; by default "I'm helping now"."""
        given = {"do": do, **{name.replace("_", "-"): value for name, value in fields.items()}}
        return Client(enforce_csrf_checks=True).post(self.address, given)  # type: ignore[return-value]

    def ask(self, method: str, **headers: str) -> HttpResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().generic(method, self.address, headers=named)  # type: ignore[return-value]

    @property
    def text(self) -> str:
        """What it says on GET."""
        answer = self.get()
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    @property
    def buttons(self) -> list[str]:
        """What can be tapped on it that does something."""
        return re.findall(r"<button[^>]*>([^<]*)</button>", self.text)


def path_of(link: str) -> str:
    return urlsplit(link).path


def page_of(person: Person) -> Page:
    """The page behind the newest message to someone."""
    return Page(path_of(alert_link(newest_delivery(person).pk, links_epoch(person))))


def unsubscribe_page_of(person: Person, tier: Tier = Tier.SEE_DOCTOR) -> Page:
    return Page(path_of(unsubscribe_link(newest_delivery(person).pk, tier, links_epoch(person))))


def links_epoch(person: Person) -> int:
    """What links to someone are signed for now."""
    return User.objects.get(pk=person.id).links_epoch


def newest_delivery(person: Person) -> Delivery:
    return Delivery.objects.filter(recipient=person.user).latest("turn", "created_at")


def deliver_all(now: datetime) -> None:
    for delivery in Delivery.objects.filter(state="owed").order_by("turn"):
        deliver(delivery_id=delivery.pk, now=now)


@pytest.fixture
def emergency(alice: Person, bob: Person, mailbox: MailReceiver) -> Alert:
    """Told to Alice and to Bob, whom she let into her alerts only."""
    bob.cares_for(alice, "alerts")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    deliver_all(now)
    return Alert.objects.get()


@pytest.fixture
def advice(alice: Person, bob: Person, mailbox: MailReceiver) -> Alert:
    """To see a doctor; told to Alice and to Bob, who may read her diary."""
    bob.cares_for(alice, "read")
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    deliver_all(NOON)
    return Alert.objects.get(rule="night_rest_not_responding")
