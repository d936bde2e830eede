"""Every alert of a diary on one page: what was sent to whom and when, who answered, what came of it, and for whom."""

from datetime import timedelta
from typing import Any, Final

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.acting.answers import say
from alerts.acting.outcome import give_outcome
from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from diary.access.levels import require
from diary.models import AccessLine, Caregiver
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import bloody_cough, delete, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db
TITLE: Final = "New numbness, weakness, or bladder or bowel change"


def get(person: Person | None, address: str, **query: str) -> HttpResponse:
    browser = Client()
    if person:
        browser.cookies[project.SESSION_COOKIE_NAME] = person.token
    answer: HttpResponse = browser.get(address, query)  # type: ignore[assignment]
    return answer


def text(answer: HttpResponse) -> str:
    return answer.content.decode().replace("&#x27;", "'")


def of(alice: Person) -> str:
    return reverse("caring-every-alert", args=[alice.patient_id])


def test_it_says_what_was_sent_to_whom_who_answered_and_what_came_of_it(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "read")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    deliver_all(now)
    assert len(mailbox.sent_to(bob.email)) == 1
    alert = Alert.objects.get()
    access = require(actor_id=bob.id, patient=alice.patient_id, level="alerts")
    say(access=access, alert_ids=[alert.pk], what="take_on", words="<b>on my way</b>", by_link=False, now=now)

    page = text(get(bob, of(alice)))
    assert TITLE in page
    assert "You, by email: sent" in page
    assert "<bdi>Alice</bdi>, by email: sent" in page
    assert "You: I'm helping now" in page
    assert "&lt;b&gt;on my way&lt;/b&gt;" in page
    assert "No one has said yet whether a doctor has seen this." in page
    assert f'href="{reverse("caring-alert", args=[alice.patient_id, alert.pk])}"' in page

    give_outcome(
        patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, outcome="being_investigated", now=now
    )
    own = text(get(alice, reverse("every-alert")))
    assert "You: the doctor is looking into it" in own
    assert "Closed." in own
    assert "<bdi>Bob</bdi>, by email: sent" in own
    assert "the doctor is looking into it" not in text(get(bob, of(alice)))


def test_what_the_doctor_said_can_still_be_added_where_it_leads(alice: Person) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    alert = Alert.objects.get()
    say(access=_own(alice), alert_ids=[alert.pk], what="take_on", by_link=False, now=now)
    later = text(get(alice, reverse("every-alert")))
    address = reverse("caring-alert", args=["me", alert.pk])
    assert f'href="{address}"' in later
    assert "Say what the doctor said" in later
    assert "What did the doctor say?" in text(get(alice, address))


def test_how_far_a_message_came(alice: Person) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    assert "You, by email: on its way" in text(get(alice, reverse("every-alert")))
    for facts, said in (
        ({"state": "failed", "attempts": 3}, "didn't get through"),
        ({"state": "sent", "sent_at": now}, "sent"),
        ({"delivered_at": now}, "arrived"),
        ({"opened_at": now}, "opened"),
    ):
        Delivery.objects.update(**facts, next_attempt_at=None)
        assert f"You, by email: {said}" in text(get(alice, reverse("every-alert")))


def test_one_that_was_taken_back_stays_and_says_so(alice: Person) -> None:
    now = timezone.now()
    numb = saddle_numbness(now.date())
    write(alice, numb, now=now)
    delete(alice, numb, now=now)
    screen_diary(patient_id=alice.patient_id, now=now)
    assert "Taken back: the diary was changed." in text(get(alice, reverse("every-alert")))


def test_each_sees_as_much_as_the_api_shows_them_and_it_is_noted(alice: Person, bob: Person, charlie: Person) -> None:
    place = bob.cares_for(alice, "alerts")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), bloody_cough(now.date() - timedelta(days=1)), now=now)
    Alert.objects.filter(rule="coughing_blood").update(tier="watch")
    page = text(get(bob, of(alice)))
    assert TITLE in page
    lines = AccessLine.objects.filter(actor_id=bob.id).values_list("action", "resource")
    assert list(lines) == [("read", "alerts")]
    shown = {one["id"] for one in bob.get(f"patients/{alice.patient_id}/alerts").body["items"]}
    for alert in Alert.objects.all():
        assert (str(alert.pk) in page) is (str(alert.pk) in shown)
    assert get(charlie, of(alice)).status_code == 404
    assert get(None, of(alice)).status_code == 303
    Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=now)
    assert get(bob, of(alice)).status_code == 404


@pytest.mark.parametrize("level", ["alerts", "read"])
def test_it_is_led_to_from_the_people_one_cares_for_and_from_the_overview(
    alice: Person, bob: Person, level: Any
) -> None:
    bob.cares_for(alice, level)
    assert f'href="{of(alice)}"' in text(get(bob, reverse("caring")))
    assert "There were none so far." in text(get(bob, of(alice)))
    overview = get(bob, reverse("caring-overview", args=[alice.patient_id]))
    assert (f'href="{of(alice)}"' in text(overview)) is (level == "read")
    for name in ("overview", "diary"):
        assert f'href="{reverse("every-alert")}"' in text(get(alice, reverse(name)))


def test_a_hundred_at_a_time_and_no_other_lists_place(alice: Person) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    one = Alert.objects.get()
    copies = [
        {field.attname: getattr(one, field.attname) for field in Alert._meta.concrete_fields if not field.primary_key}
        for _ in range(100)
    ]
    Alert.objects.bulk_create(
        Alert(**{**copy, "state": "closed", "closed_at": now, "met_on": one.met_on - timedelta(days=n + 1)})
        for n, copy in enumerate(copies)
    )
    first = text(get(alice, reverse("every-alert")))
    assert first.count("<section") == 100
    _before, _, rest = first.partition("?after=")
    after = rest.partition('"')[0]
    assert text(get(alice, f"{reverse('every-alert')}?after={after}")).count("<section") == 1
    assert get(alice, reverse("every-alert"), after="bent").status_code == 404


def _own(person: Person) -> Any:
    return require(actor_id=person.id, patient="me", level="alerts")
