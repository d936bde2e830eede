"""What a thief would do is told to its owner at once, in every mailbox and on every device."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from pytest_django import Settings

from alerts.channels.email import Email
from alerts.delivery.notices import due_notices, send_notice
from diary.identity.provisioning import sign_out_everywhere
from diary.models import Device, Notice, Phone
from diary.reaching.notices import announce
from tests.alerts.channels.conftest import Receivers
from tests.alerts.channels.google_double import refused
from tests.cast import Answer, Person
from tests.web_receiver import reply

OTHER = "alice@work.example"
SUPPORT = "help@diary.example"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _support(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = SUPPORT


@pytest.fixture
def told(alice: Person, receivers: Receivers) -> Receivers:
    """Alice, with a second mailbox; of what was told so far nothing is left."""
    EmailAddress.objects.create(user=alice.user, email=OTHER, verified=True)
    EmailAddress.objects.create(user=alice.user, email="unproved@example.org", verified=False)
    Notice.objects.all().delete()
    return receivers


def send_all(*, after: timedelta = timedelta()) -> None:
    now = timezone.now() + after
    for notice in due_notices(now=now):
        send_notice(notice_id=notice.pk, now=now)


def invite(person: Person, level: str = "log") -> Answer:
    return person.post("patients/me/caregivers", {"email": "guest@example.org", "level": level})


def stores(person: Person, kind: str, **fields: object) -> UUID:
    id_ = uuid4()
    assert person.put(f"{kind}/{id_}", {"id": str(id_), **fields}).status == 201
    return id_


def assert_told_everywhere(told: Receivers, subject: str, *words: str) -> None:
    send_all()
    for mailbox in ("alice@example.org", OTHER):
        (mail,) = told.mailbox.sent_to(mailbox)
        assert mail.mail["Subject"] == subject
        for word in (*words, SUPPORT):
            assert word in mail.text
    assert told.mailbox.sent_to("unproved@example.org") == []
    assert told.google.fcm.received[-1].json["message"]["notification"] == {"title": subject}
    assert told.push_service.received
    assert not Notice.objects.exists()


def test_an_invitation(alice: Person, told: Receivers) -> None:
    assert invite(alice).status == 201

    assert_told_everywhere(told, "Someone was invited to your diary", "guest@example.org", "reset your password")


def test_a_higher_level(alice: Person, told: Receivers) -> None:
    place = invite(alice, "alerts").body["id"]
    Notice.objects.all().delete()

    alice.patch(f"patients/me/caregivers/{place}", {"level": "read"})

    assert_told_everywhere(told, "Someone can now see more of your diary", "guest@example.org")


def test_a_lower_level_is_no_news(alice: Person, told: Receivers) -> None:
    place = invite(alice, "log").body["id"]
    Notice.objects.all().delete()

    alice.patch(f"patients/me/caregivers/{place}", {"level": "read"})

    assert not Notice.objects.exists()


def test_a_webhook_by_its_host_alone(alice: Person, told: Receivers) -> None:
    stores(alice, "webhooks", url="https://hook.example/secret-path")

    assert_told_everywhere(told, "Alerts go to a new server", "hook.example")
    assert "secret-path" not in told.mailbox.received[-1].text


def test_a_device_that_is_pushed_to(alice: Person, told: Receivers) -> None:
    stores(alice, "devices", platform="ios", push_token="another token")

    assert_told_everywhere(told, "Notifications go to a new device", "(iOS)")


def test_a_device_that_nothing_is_sent_to_is_no_news(alice: Person, told: Receivers) -> None:
    id_ = stores(alice, "devices", platform="ios")
    assert not Notice.objects.exists()

    alice.put(f"devices/{id_}", {"id": str(id_), "platform": "ios", "push_token": "later"}, If_Match='"1"')
    alice.put(
        f"devices/{id_}", {"id": str(id_), "platform": "ios", "push_token": "later", "language": "es"}, If_Match="*"
    )

    assert {notice.kind for notice in Notice.objects.all()} == {"device_added"}
    assert Notice.objects.filter(channel="email").count() == 2


def test_signing_out_everywhere(alice: Person, told: Receivers) -> None:
    Device.objects.update(added_at=None)

    sign_out_everywhere(user=alice.user, now=timezone.now())

    assert_told_everywhere(told, "Every device was signed out", "check what the app shows you")


def test_a_thiefs_device_that_is_suspended_hears_nothing_more(alice: Person, told: Receivers) -> None:
    stores(alice, "devices", platform="android", push_token="token of the thief")
    Notice.objects.all().delete()
    sign_out_everywhere(user=alice.user, now=timezone.now())

    send_all()

    pushed = [request.json["message"]["token"] for request in told.google.fcm.received]
    assert "token of the thief" not in pushed
    assert not Notice.objects.exists()


class TestAPhoneThatChangesHands:
    """It keeps its push token: who signs in on it next gets its notifications, and who had it hears of that."""

    TOKEN = "the token of this very phone"

    def signs_in(self, person: Person, id_: UUID, **headers: str) -> Answer:
        return person.put(
            f"devices/{id_}", {"id": str(id_), "platform": "android", "push_token": self.TOKEN}, **headers
        )

    def test_the_token_goes_to_the_newcomer_and_the_one_before_is_told(
        self, alice: Person, bob: Person, told: Receivers
    ) -> None:
        hers, his = uuid4(), uuid4()
        self.signs_in(alice, hers)
        Notice.objects.all().delete()

        assert self.signs_in(bob, his).status == 201

        shown = alice.get(f"devices/{hers}").body
        assert (shown["push_token_hint"], shown["push_taken_at"] is not None) == (None, True)
        assert bob.get(f"devices/{his}").body["push_taken_at"] is None
        send_all()
        (mail,) = told.mailbox.sent_to(alice.email)
        assert mail.mail["Subject"] == "A device no longer gets your notifications"
        assert bob.email not in mail.text
        assert "Bob" not in mail.text

    def test_it_comes_back_with_her(self, alice: Person, bob: Person, told: Receivers) -> None:
        hers, his = uuid4(), uuid4()
        self.signs_in(alice, hers)
        self.signs_in(bob, his)

        back = self.signs_in(alice, hers, If_Match=alice.get(f"devices/{hers}").headers["ETag"])

        assert (back.status, back.body["push_taken_at"]) == (200, None)
        assert bob.get(f"devices/{his}").body["push_taken_at"] is not None

    def test_her_alerts_come_by_mail_meanwhile(self, alice: Person, bob: Person, told: Receivers) -> None:
        Device.objects.filter(user=alice.user).delete()
        Phone.objects.filter(user=alice.user).delete()
        alice.patch("preferences", {"channels": {"emergency": ["push"], "urgent": ["push"]}})
        self.signs_in(alice, uuid4())
        self.signs_in(bob, uuid4())

        alarm = alice.post("patients/me/sync", {"changes": [emergency()]})

        assert alarm.body["results"][0]["raised"]
        assert [one["channel"] for one in alice.get("patients/me/alerts").body["items"][0]["deliveries"]] == ["email"]

    def test_the_same_person_on_the_same_phone_anew_is_no_theft(self, alice: Person, told: Receivers) -> None:
        before = uuid4()
        self.signs_in(alice, before)
        Notice.objects.all().delete()

        self.signs_in(alice, uuid4())

        assert alice.get(f"devices/{before}").body["push_taken_at"] is None
        assert "device_taken" not in {notice.kind for notice in Notice.objects.all()}


class TestSending:
    """A notice is owed until it was sent or can't be."""

    def test_a_refusal_for_now_is_tried_again(self, alice: Person, told: Receivers) -> None:
        announce(user_id=alice.id, kind="invited", facts={"email": "guest@example.org"}, now=timezone.now())
        told.mailbox.before_answer = lambda _: "451 later"
        send_all()
        assert {notice.channel for notice in Notice.objects.all()} == {"email"}

        told.mailbox.before_answer = lambda _: None
        send_all(after=timedelta(minutes=5))

        assert not Notice.objects.exists()
        ids = {mail.mail["Message-ID"] for mail in told.mailbox.sent_to(alice.email)}
        assert len(ids) == 1

    def test_a_refusal_for_good_ends_it(self, alice: Person, told: Receivers) -> None:
        announce(user_id=alice.id, kind="invited", facts={"email": "guest@example.org"}, now=timezone.now())
        told.mailbox.before_answer = lambda _: "550 nobody here"
        told.google.fcm.script = [refused(404, "NOT_FOUND", error_code="UNREGISTERED")]
        told.push_service.script = [reply(410)]

        for _ in range(4):  # the others are to tell of each that fails, and fail too
            send_all()

        assert not Notice.objects.exists()
        assert not Device.objects.filter(push_token__isnull=False).exists()

    def test_one_that_is_never_taken_is_given_up(self, alice: Person, told: Receivers) -> None:
        announce(user_id=alice.id, kind="invited", facts={"email": "guest@example.org"}, now=timezone.now())
        Notice.objects.exclude(channel="email").delete()
        told.mailbox.before_answer = lambda _: "451 later"

        for attempt in range(len(Email.retries) + 1):
            assert Notice.objects.count() == 2, attempt
            send_all(after=timedelta(days=3 + attempt))

        assert not Notice.objects.exists()

    def test_it_is_said_in_the_language_of_the_account(self, alice: Person, told: Receivers) -> None:
        alice.patch("preferences", {"language": "es"})

        invite(alice)
        send_all()

        assert told.mailbox.sent_to(alice.email)[-1].mail["Content-Language"] == "es"


def emergency() -> dict[str, object]:
    id_, today = str(uuid4()), timezone.now().date().isoformat()
    entry = {
        "id": id_,
        "date": today,
        "recorded_at": f"{today}T00:00:00Z",
        "time_zone": "UTC",
        "symptoms": {"saddle_numbness": True},
    }
    return {"type": "entry", "op": "put", "id": id_, "data": entry}
