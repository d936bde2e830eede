"""Workers die at the worst moments, and no alert is lost; a copy is known by its Message-ID."""

import pytest

from alerts.models import Alert, Delivery
from diary.models import Patient
from tests.cast import Person
from tests.flow.kill import flush_broker, leases_run_out, swept_until, write_nights, write_numbness
from tests.receiver import Received
from tests.service import Service

pytestmark = pytest.mark.timeout(180)


def all_sent() -> bool:
    return Delivery.objects.exists() and not Delivery.objects.exclude(state="sent").exists()


def test_killed_between_screening_and_sending_the_mail_still_goes_out(service: Service) -> None:
    alice = Person("Alice")
    service.start_worker(queues="screening")
    write_nights(alice)
    service.wait_until_screened(timeout=60)
    assert Delivery.objects.values_list("state", flat=True).get() == "owed"

    service.kill("worker")
    flush_broker()

    service.start_worker()
    swept_until(all_sent)
    assert len(service.mailbox.sent_to(alice.email)) == 1


@pytest.mark.nightly
def test_killed_before_the_mail_server_accepted_the_mail_is_sent_again(service: Service) -> None:
    alice = Person("Alice")

    def power_cut(_: Received) -> str:
        service.mailbox.before_answer = lambda _: None
        service.kill("worker")
        return "451 not taken"

    service.mailbox.before_answer = power_cut
    service.start_worker()
    write_numbness(alice)
    service.mailbox.wait_for(alice.email, timeout=60)
    assert Delivery.objects.values_list("state", "attempts").get() == ("sending", 1)

    leases_run_out()
    service.start_worker()
    swept_until(all_sent)
    assert len(service.mailbox.sent_to(alice.email)) == 2  # the first was not taken


def test_killed_after_the_mail_server_accepted_the_copy_has_the_same_message_id(service: Service) -> None:
    alice = Person("Alice")

    def power_cut(_: Received) -> None:
        service.mailbox.before_answer = lambda _: None
        service.kill("worker")

    service.mailbox.before_answer = power_cut
    service.start_worker()
    write_numbness(alice)
    service.mailbox.wait_for(alice.email, timeout=60)

    leases_run_out()
    service.start_worker()
    swept_until(all_sent)
    first, copy = service.mailbox.sent_to(alice.email)
    assert first.mail["Message-ID"] == copy.mail["Message-ID"]
    assert first.mail.get_content_type() == copy.mail.get_content_type()
    assert Delivery.objects.values_list("attempts", "unconfirmed").get() == (2, True)


@pytest.mark.nightly
def test_eight_workers_and_four_sweepers_make_one_alert_and_one_mail_of_each_diary(service: Service) -> None:
    people = [Person(f"Patient{number}") for number in range(16)]
    for person in people:
        write_nights(person)
    service.start_worker(concurrency=4).start_worker(concurrency=4, name="second worker")

    swept_until(lambda: Delivery.objects.filter(state="sent").count() >= len(people), timeout=120)
    swept_until(lambda: not Patient.objects.filter(unscreened_since__isnull=False).exists())
    assert Alert.objects.filter(tier="see_doctor").count() == len(people)
    assert [len(service.mailbox.sent_to(person.email)) for person in people] == [1] * len(people)
