"""A phone that was signed out, in whatever way, is pushed to no more; signed in again and stored again, it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts.channels import CHANNELS
from alerts.delivery.notices import due_notices, send_notice
from diary.identity.flows.undoing import throw_out
from diary.identity.sessions import SessionStore
from diary.models import Device, Notice, Session, User
from tests.alerts.channels.google_double import Google
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App, api
from tests.diary.identity.taking_over import ALICE, switches_code_on
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db

PHONE = UUID("0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b14")


@pytest.fixture(autouse=True)
def _push(settings: Settings) -> None:
    settings.FCM_CREDENTIALS = settings.VAPID_PRIVATE_KEY = "given"


def stores(device: App, id_: UUID = PHONE, token: str = "token of Alice") -> None:
    sent = {"id": str(id_), "platform": "android", "push_token": token}
    status, answer = api(device, "PUT", f"devices/{id_}", sent)
    assert status in {200, 201}, answer


def pushed_to() -> set[str]:
    """The tokens that an alert of Alice's would go to."""
    alice = User.objects.get(email=ALICE)
    return {endpoint.address for endpoint in CHANNELS["push"].endpoints(alice.pk)}


@pytest.fixture
def phone(signed_in: Callable[[str], App]) -> App:
    """Alice's phone."""
    device = signed_in(ALICE)
    stores(device)
    assert pushed_to() == {"token of Alice"}
    return device


@pytest.fixture
def laptop(phone: App, app: Callable[[], App]) -> App:
    """And another device of hers."""
    device = app()
    assert device.sign_in(ALICE).status == 200
    return device


def here(phone: App, laptop: App) -> None:
    assert phone.send("DELETE", "auth/session").status == 401


def elsewhere(phone: App, laptop: App) -> None:
    sessions = laptop.get("auth/sessions").json["data"]
    (other,) = (one["id"] for one in sessions if not one["is_current"])
    assert laptop.send("DELETE", "auth/sessions", {"sessions": [other]}).status == 200


def everywhere(phone: App, laptop: App) -> None:
    assert laptop.send("DELETE", "auth/sessions").status == 401


def by_a_new_password(phone: App, laptop: App) -> None:
    laptop.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)


def by_a_reset(phone: App, laptop: App) -> None:
    laptop.token = ""
    laptop.post("auth/password/request", email=ALICE)
    code = laptop.mailbox.code_for(ALICE)
    laptop.post("auth/password/reset", key=code, password=OTHER_PASSWORD)
    assert not phone.is_signed_in()


def by_a_second_factor_on_another_device(phone: App, laptop: App) -> None:
    laptop.ask_again()
    switches_code_on(laptop)


def by_undoing_a_change(phone: App, laptop: App) -> None:
    throw_out(User.objects.get(email=ALICE), now=timezone.now())


def by_time(phone: App, laptop: App) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def by_the_sweep(phone: App, laptop: App) -> None:
    by_time(phone, laptop)
    SessionStore.clear_expired()


def by_the_operator(phone: App, laptop: App) -> None:
    User.objects.update(is_active=False)


WAYS = [
    here,
    elsewhere,
    everywhere,
    by_a_new_password,
    by_a_reset,
    by_a_second_factor_on_another_device,
    by_undoing_a_change,
    by_time,
    by_the_sweep,
    by_the_operator,
]


@pytest.mark.parametrize("signs_out", WAYS)
def test_a_phone_that_was_signed_out_is_pushed_to_no_more(
    phone: App, laptop: App, signs_out: Callable[[App, App], None]
) -> None:
    signs_out(phone, laptop)

    assert pushed_to() == set()


def test_an_erased_account_leaves_no_phone(phone: App) -> None:
    alice = User.objects.get(email=ALICE)
    assert api(phone, "DELETE", "account", {"password": PASSWORD})[0] == 202
    code = phone.mailbox.code_for(ALICE)
    assert api(phone, "DELETE", "account", {"code": code})[0] == 204

    assert CHANNELS["push"].endpoints(alice.pk) == []
    assert not Device.objects.exists()


def test_the_same_phone_signed_in_again_is_pushed_to_once_it_is_stored_again(phone: App, laptop: App) -> None:
    here(phone, laptop)
    phone.token = ""
    assert phone.sign_in(ALICE).status == 200
    assert pushed_to() == set()

    stores(phone)

    assert pushed_to() == {"token of Alice"}


def test_another_phone_of_hers_is_left_alone(phone: App, laptop: App) -> None:
    stores(laptop, uuid4(), "token of her tablet")

    here(phone, laptop)

    assert pushed_to() == {"token of her tablet"}


def test_what_older_code_stored_is_pushed_to_while_a_session_lasts_that_is_as_old(phone: App, laptop: App) -> None:
    Device.objects.update(session_id=None)
    assert pushed_to() == {"token of Alice"}

    everywhere(phone, laptop)
    laptop.token = ""
    assert laptop.sign_in(ALICE).status == 200

    assert pushed_to() == set()


def test_what_waits_for_a_phone_that_was_signed_out_goes_by_mail_instead(
    phone: App, laptop: App, google: Google, mailbox: MailReceiver
) -> None:
    alice = Known(User.objects.get(email=ALICE), laptop)
    alice.chooses("push")
    here(phone, laptop)

    alice.notes_an_emergency()

    assert alice.told() == ["email"]


def test_a_phone_hears_that_it_is_signed_out_and_then_nothing_more(phone: App, laptop: App, google: Google) -> None:
    Device.objects.update(added_at=None)  # long ago: not suspended
    Notice.objects.all().delete()

    everywhere(phone, laptop)
    send_notices()
    laptop.token = ""
    laptop.sign_in(ALICE)
    stores(laptop, uuid4(), "token of her tablet")
    send_notices()

    told = [request.json["message"] for request in google.fcm.received]
    titles = [one["notification"]["title"] for one in told if one["token"] == "token of Alice"]
    assert titles == ["Every device was signed out"]


@pytest.fixture
def google(settings: Settings) -> Any:
    with Google() as running:
        settings.FCM_CREDENTIALS, settings.FCM_URL = running.credentials, running.url
        yield running


def send_notices() -> None:
    for notice in due_notices(now=timezone.now()):
        send_notice(notice_id=notice.pk, now=timezone.now())


class Known(Person):
    """Someone who signed up by the identity API, with what the app of hers is signed in by."""

    def __init__(self, user: User, device: App) -> None:
        self.email, self.user, self.token = user.email, user, device.token

    def chooses(self, channel: str) -> None:
        assert self.patch("preferences", {"channels": {"emergency": [channel]}}).status == 200

    def notes_an_emergency(self) -> None:
        write(self, saddle_numbness())

    def told(self) -> list[str]:
        return [one["channel"] for one in self.get("patients/me/alerts").body["items"][0]["deliveries"]]
