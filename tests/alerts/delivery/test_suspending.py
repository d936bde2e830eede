"""A thief was in Alice's account: what was added there waits for her word once she has thrown everyone out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts.channels import CHANNELS
from alerts.delivery.next_channel import follow, unseen_deliveries
from alerts.delivery.send import deliver
from alerts.delivery.turns import due_deliveries
from alerts.models import Alert, Delivery, Unsubscription, Webhook
from alerts.screening.diary import screen_diary
from diary.identity.adapters import AccountAdapter
from diary.identity.provisioning import issue_token, sign_out_everywhere
from diary.identity.sessions import token_digest
from diary.models import Device, Phone, User
from diary.problem_types import ProblemType
from diary.reaching.push_tokens import push_tokens
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver


@pytest.fixture(autouse=True)
def _push(settings: Settings) -> None:
    settings.FCM_CREDENTIALS = "given"
    settings.VAPID_PRIVATE_KEY = "given"


def stores_device(person: Person, token: str) -> UUID:
    id_ = uuid4()
    sent = {"id": str(id_), "platform": "android", "push_token": token}
    assert person.put(f"devices/{id_}", sent).status == 201
    Device.objects.filter(id=id_).update(push_proved_at=timezone.now())
    return id_


def stores_webhook(person: Person, host: str) -> UUID:
    id_ = uuid4()
    assert person.put(f"webhooks/{id_}", {"id": str(id_), "url": f"https://{host}/"}).status == 201
    Webhook.objects.filter(id=id_).update(state="active", verified_at=timezone.now(), verify_due_at=None)
    return id_


def gives_number(person: Person, number: str) -> None:
    Phone.objects.create(user=person.user, number=number, verified_at=timezone.now())


def reset(person: Person) -> None:
    person.user = User.objects.get(pk=person.id)
    AccountAdapter().set_password(person.user, "an entirely different secret")


def sign_out(person: Person) -> None:
    sign_out_everywhere(user=person.user, now=timezone.now())


THROWN_OUT: list[Callable[[Person], None]] = [reset, sign_out]


def signs_in(person: Person) -> None:
    person.user = User.objects.get(pk=person.id)
    person.token = issue_token(user=person.user, now=timezone.now(), proved=True)


def reached(person: Person, channel: str) -> set[str]:
    """What is not suspended; of phones those too whose apps are signed out at the moment."""
    if channel == "push":
        phones = push_tokens(user_id=person.id, platforms=["ios", "android"], signed_out_too=True)
        return {phone.token for phone in phones}
    return {endpoint.address for endpoint in CHANNELS[channel].endpoints(person.id)}


@pytest.fixture
def robbed(alice: Person) -> Person:
    """Alice had a phone and a server; then she showed who she is; then a thief added theirs."""
    stores_device(alice, "token of Alice")
    stores_webhook(alice, "alice.example")
    issue_token(user=alice.user, now=timezone.now(), proved=True)  # on another device of hers
    stores_device(alice, "token of the thief")
    stores_webhook(alice, "thief.example")
    gives_number(alice, "+34600000666")
    return alice


@pytest.mark.parametrize("throw_out", THROWN_OUT)
def test_what_was_added_since_the_last_proof_gets_nothing_and_the_rest_goes_on(
    robbed: Person, throw_out: Callable[[Person], None]
) -> None:
    throw_out(robbed)

    assert reached(robbed, "push") == {"token of Alice"}
    assert reached(robbed, "webhook") == {"https://alice.example/"}
    assert Phone.objects.get().number == "+34600000666"
    signs_in(robbed)
    assert robbed.get("preferences/phone").body["suspended"]
    shown = {device["push_token_hint"]: device["suspended"] for device in robbed.get("devices").body["items"]}
    assert sorted(shown.values()) == [False, True]
    assert sorted(one["suspended"] for one in robbed.get("webhooks").body["items"]) == [False, True]


def test_who_signs_in_to_throw_a_thief_out_has_vouched_for_nothing_yet(alice: Person) -> None:
    stores_device(alice, "token of the thief")
    alice.show_again_who_it_is()

    sign_out_everywhere(user=alice.user, acting=token_digest(alice.token), now=timezone.now())

    assert reached(alice, "push") == set()


def test_nobody_elses_places_are_suspended(robbed: Person, bob: Person) -> None:
    stores_device(bob, "token of Bob")
    stores_webhook(bob, "bob.example")

    reset(robbed)

    assert reached(bob, "push") == {"token of Bob"}
    assert reached(bob, "webhook") == {"https://bob.example/"}
    assert bob.get("account/review").body["items"] == []


def test_the_owner_is_led_through_everything_and_what_is_confirmed_is_sent_to_again(
    robbed: Person, bob: Person
) -> None:
    bob.cares_for(robbed, "read", now=timezone.now())
    reset(robbed)
    signs_in(robbed)

    items = robbed.get("account/review").body["items"]

    kinds = [item["kind"] for item in items]
    assert sorted(kinds[:3]) == ["device", "phone", "webhook"]
    assert sorted(kinds[3:]) == ["caregiver", "device", "webhook"]
    assert [item["suspended"] for item in items] == [True] * 3 + [False] * 3
    assert "bob@example.org" in [item["shown"] for item in items]
    for item in items:
        assert robbed.post(f"account/review/{item['id']}/confirm", {}).status == 204
    assert robbed.get("account/review").body["items"] == []
    assert reached(robbed, "push") == {"token of Alice", "token of the thief"}
    assert reached(robbed, "webhook") == {"https://alice.example/", "https://thief.example/"}
    assert User.objects.get(pk=robbed.id).recovered_at is None


def test_what_is_removed_is_gone_from_where_it_is_kept(robbed: Person, bob: Person) -> None:
    place = bob.cares_for(robbed, "log", now=timezone.now())
    reset(robbed)
    signs_in(robbed)

    for item in robbed.get("account/review").body["items"]:
        assert robbed.delete(f"account/review/{item['id']}").status == 204

    assert robbed.get("devices").body["items"] == robbed.get("webhooks").body["items"] == []
    assert robbed.get("preferences/phone").body["number"] is None
    assert bob.get(f"patients/{robbed.patient_id}/entries").status == 404
    place.refresh_from_db()
    assert place.state == "ended"


def test_a_confirmation_needs_a_recent_sign_in_or_proof(robbed: Person) -> None:
    reset(robbed)
    robbed.token = issue_token(user=User.objects.get(pk=robbed.id), now=timezone.now())
    (item, *_) = robbed.get("account/review").body["items"]

    assert robbed.post(f"account/review/{item['id']}/confirm", {}).body["type"] == ProblemType.PROOF_REQUIRED.uri
    assert robbed.post(f"account/review/{uuid4()}/confirm", {}).status == 404
    assert robbed.delete(f"account/review/{item['id']}").status == 204


def test_an_app_that_is_signed_in_to_again_confirms_its_own_device(robbed: Person) -> None:
    device = Device.objects.get(push_token="token of the thief")
    reset(robbed)
    signs_in(robbed)
    sent = {"id": str(device.id), "platform": "android", "push_token": "token of the thief"}

    assert robbed.put(f"devices/{device.id}", sent).body["suspended"] is False

    assert "token of the thief" in reached(robbed, "push")


def test_what_is_added_afterwards_waits_for_nothing(robbed: Person) -> None:
    reset(robbed)
    signs_in(robbed)

    stores_device(robbed, "a new token")

    assert "a new token" in reached(robbed, "push")


def test_a_second_reset_does_not_let_the_thief_back_in(robbed: Person) -> None:
    reset(robbed)
    signs_in(robbed)  # with fresh proof, so later than anything the thief did

    reset(robbed)

    assert reached(robbed, "push") == {"token of Alice"}


def test_a_review_that_left_nothing_suspended_is_over(alice: Person) -> None:
    reset(alice)
    signs_in(alice)
    stores_device(alice, "token of Alice")
    issue_token(user=alice.user, now=timezone.now(), proved=True)

    reset(alice)

    assert reached(alice, "push") == {"token of Alice"}


@pytest.mark.parametrize("what", ["webhook", "phone"])
def test_a_second_reset_lets_back_in_nothing_of_what_waits(alice: Person, what: str) -> None:
    if what == "webhook":
        stores_webhook(alice, "thief.example")
    else:
        gives_number(alice, "+34600000666")
    User.objects.filter(pk=alice.id).update(date_joined=timezone.now() - timedelta(days=1))
    alice.user.sessions.all().delete()
    for _ in range(2):
        reset(alice)
        signs_in(alice)

    (item,) = alice.get("account/review").body["items"]

    assert (item["kind"], item["suspended"]) == (what, True)


class TestAlertsMeanwhile:
    """No alert loses its last way: mail to the proved address is always there, and the circle hears as before."""

    def raise_emergency(self, person: Person) -> Alert:
        now = timezone.now()
        write(person, saddle_numbness(now.date()), now=now)
        return Alert.objects.get(patient=person.patient_id)

    def ways(self, person: Person) -> set[str]:
        return set(Delivery.objects.filter(recipient=person.user).values_list("channel", flat=True))

    def test_mail_comes_though_the_thiefs_device_was_the_only_way_that_was_chosen(self, alice: Person) -> None:
        alice.patch("preferences", {"channels": {"emergency": ["push"], "urgent": ["push"]}})
        stores_device(alice, "token of the thief")
        reset(alice)

        self.raise_emergency(alice)

        assert self.ways(alice) == {"email"}

    def test_what_was_owed_to_a_suspended_device_goes_by_mail(self, alice: Person, mailbox: MailReceiver) -> None:
        alice.patch("preferences", {"channels": {"emergency": ["push"], "urgent": ["push"]}})
        stores_device(alice, "token of the thief")
        self.raise_emergency(alice)
        assert self.ways(alice) == {"push"}

        reset(alice)
        deliver_all()

        assert mailbox.sent_to(alice.email)

    def test_mail_that_was_stopped_comes_while_other_ways_are_cut_off(
        self, alice: Person, mailbox: MailReceiver
    ) -> None:
        Unsubscription.objects.create(patient_id=alice.patient_id, user=alice.user, tier="see_doctor", at=NOON)
        stores_device(alice, "token of the thief")
        reset(alice)
        write(alice, *nights_that_no_tablet_helped())

        screen_diary(patient_id=alice.patient_id, now=NOON)
        deliver_all(NOON)

        assert mailbox.sent_to(alice.email)

    def test_the_circle_hears_alerts(self, robbed: Person, bob: Person, mailbox: MailReceiver) -> None:
        bob.cares_for(robbed, "alerts", now=timezone.now())
        robbed.patch("preferences", {"channels": {"emergency": ["sms"], "urgent": ["sms"]}})
        reset(robbed)

        self.raise_emergency(robbed)
        deliver_all()

        assert mailbox.sent_to(bob.email)
        assert mailbox.sent_to(robbed.email)

    def test_the_same_without_a_reset_respects_what_was_chosen(self, alice: Person) -> None:
        alice.patch("preferences", {"channels": {"emergency": ["push"], "urgent": ["push"]}})
        stores_device(alice, "token of Alice")

        self.raise_emergency(alice)

        assert self.ways(alice) == {"push"}


def deliver_all(now: datetime | None = None) -> None:
    """All that is due, and whatever follows from it."""
    at = now or timezone.now() + timedelta(seconds=1)
    for _ in range(3):
        for delivery in due_deliveries(now=at):
            deliver(delivery_id=delivery.pk, now=at)
        for delivery in unseen_deliveries(now=at):
            follow(delivery_id=delivery.pk, now=at)
