"""Consent to the processing of health data: given with its version, time and age; never in the way of a diary."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from diary import health_consent
from diary.health_consent import VERSION, minimum_age
from diary.models import HealthConsent, User
from tests.cast import Person, send
from tests.diary.identity.app import PASSWORD, App
from tests.diary.identity.conftest import mailbox as mailbox
from tests.diary.recordings import entry
from tests.receiver import MailReceiver

CONSENT = "account/consent"
ALICE = "alice@example.org"
NOW = timezone.now()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def said(**changes: Any) -> dict[str, Any]:
    return {"version": VERSION, "age_at_least": 16} | changes


def test_an_account_that_was_never_asked_is_told_that_consent_is_due(alice: Person) -> None:
    answer = alice.get(CONSENT).body
    assert (answer["due"], answer["given"], answer["version"], answer["minimum_age"]) == (True, None, VERSION, 16)
    assert "health data" in answer["text"]


def test_what_was_given_is_kept_with_version_time_age_and_region(alice: Person) -> None:
    answer = alice.put(CONSENT, said(age_at_least=14, region="ES"))
    assert answer.status == 200
    assert answer.body["due"] is False
    given = answer.body["given"]
    assert (given["version"], given["age_at_least"], given["region"]) == (VERSION, 14, "ES")
    assert timezone.now() - datetime.fromisoformat(given["at"]) < timedelta(minutes=1)
    assert alice.get(CONSENT).body["given"] == given


def test_the_same_again_changes_nothing(alice: Person) -> None:
    first = alice.put(CONSENT, said()).body
    assert alice.put(CONSENT, said()).body == first
    assert HealthConsent.objects.count() == 1


def test_a_new_version_of_the_text_is_due_again(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    alice.put(CONSENT, said())
    for module in ("diary.health_consent", "diary.api.consent"):
        monkeypatch.setattr(f"{module}.VERSION", "2")
    answer = alice.get(CONSENT).body
    assert (answer["due"], answer["version"], answer["given"]["version"]) == (True, "2", VERSION)
    refused = alice.put(CONSENT, said())
    assert (refused.status, refused.body["current"]["version"]) == (409, "2")
    assert alice.put(CONSENT, said(version="2")).body["due"] is False


def test_it_can_be_withdrawn_and_given_again(alice: Person) -> None:
    alice.put(CONSENT, said())
    assert [alice.delete(CONSENT).status for _ in range(2)] == [204, 204]
    assert alice.get(CONSENT).body["due"] is True
    assert alice.put(CONSENT, said()).body["due"] is False
    assert list(HealthConsent.objects.order_by("id").values_list("given", flat=True)) == [True, False, True]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"age_at_least": 15}, "/age_at_least"),
        ({"age_at_least": 13, "region": "ES"}, "/age_at_least"),
        ({"age_at_least": "16"}, "/age_at_least"),
        ({"age_at_least": True}, "/age_at_least"),
        ({"age_at_least": 0}, "/age_at_least"),
        ({"region": "es"}, "/region"),
        ({"birth_date": "2000-01-01"}, "/birth_date"),
    ],
)
def test_a_declaration_that_cannot_count_is_refused_by_name(
    alice: Person, changes: dict[str, Any], pointer: str
) -> None:
    answer = alice.put(CONSENT, said(**changes))
    assert (answer.status, answer.pointers) == (400, {pointer})
    assert not HealthConsent.objects.exists()


def test_the_minimum_age_is_that_of_the_region_asked_for_or_of_the_profile(alice: Person) -> None:
    assert alice.get(f"{CONSENT}?region=FR").body["minimum_age"] == 15
    alice.patch("patients/me/profile", {"region": "ES"})
    assert (alice.get(CONSENT).body["minimum_age"], alice.get(CONSENT).body["region"]) == (14, "ES")
    assert alice.put(CONSENT, said(age_at_least=14)).body["given"]["region"] == "ES"
    assert alice.get(f"{CONSENT}?region=spain").status == 400


def test_the_ages_are_a_setting(settings: Settings) -> None:
    assert {region: minimum_age(region) for region in ("DE", "ES", "US", None)} == {
        "DE": 16, "ES": 14, "US": 16, None: 16
    }  # fmt: skip
    settings.MINIMUM_AGES = {"*": 18}
    assert minimum_age("ES") == minimum_age(None) == 18


def test_nothing_waits_for_it(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    alice.put(CONSENT, said())
    alice.delete(CONSENT)
    monkeypatch.setattr(health_consent, "VERSION", "2")
    today = datetime.now(ZoneInfo("Europe/Madrid")).date().isoformat()
    sign = entry(date=today, symptoms={"saddle_numbness": True})
    answer = alice.put(f"patients/me/entries/{sign['id']}", sign)
    assert answer.status == 201
    assert answer.body["raised"][0]["tier"] == "emergency"
    assert len(alice.get("patients/me/alerts").body["items"]) == 1


def test_it_is_everybodys_own(alice: Person, bob: Person) -> None:
    alice.put(CONSENT, said())
    assert bob.get(CONSENT).body["given"] is None
    assert send("GET", CONSENT).status == send("PUT", CONSENT, said()).status == 401


def test_a_line_is_never_changed(alice: Person) -> None:
    alice.put(CONSENT, said())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        HealthConsent.objects.update(version="2")
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE diary_healthconsent SET at = at - interval '1 year'")


def test_the_text_in_a_version_stays_what_it_was() -> None:
    """Another text is another version: raise VERSION, and put the new digest here."""
    digests = {"1": "635db33e3ab29bb9"}
    assert sha256(str(health_consent.TEXT).encode()).hexdigest()[:16] == digests[VERSION]


# At sign-up.


@pytest.fixture
def app(mailbox: MailReceiver) -> Callable[[], App]:
    return lambda: App(mailbox)


def test_a_sign_up_without_it_is_as_good_as_ever_and_is_told_that_it_is_due(app: Callable[[], App]) -> None:
    device = app()
    assert device.sign_up(ALICE).status == 401
    assert device.confirm(ALICE).json["data"]["user"]["health_consent_due"] is True
    assert device.get("auth/session").json["data"]["user"]["health_consent_due"] is True


def test_what_is_given_at_sign_up_counts_from_that_moment(app: Callable[[], App]) -> None:
    device = app()
    device.sign_up(ALICE, consent_version=VERSION, age_at_least=15, region="FR")
    asked_at = timezone.now()
    assert device.confirm(ALICE).json["data"]["user"]["health_consent_due"] is False
    line = HealthConsent.objects.get()
    assert (line.version, line.age_at_least, line.region) == (VERSION, 15, "FR")
    assert line.at <= asked_at


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"consent_version": VERSION}, "/age_at_least"),
        ({"age_at_least": 18}, "/consent_version"),
        ({"region": "ES"}, "/consent_version"),
        ({"consent_version": "0", "age_at_least": 18}, "/consent_version"),
        ({"consent_version": VERSION, "age_at_least": 15}, "/age_at_least"),
        ({"consent_version": VERSION, "age_at_least": 18, "region": "Spain"}, "/region"),
        ({"consent_version": VERSION, "age_at_least": "18"}, "/age_at_least"),
    ],
)
def test_half_a_consent_at_sign_up_is_refused_by_name(
    app: Callable[[], App], given: dict[str, Any], pointer: str
) -> None:
    answer = app().sign_up(ALICE, PASSWORD, **given)
    assert answer.status == 400
    assert pointer in {error["pointer"] for error in answer.json["errors"]}
    assert not User.objects.exists()


def test_what_to_show_at_sign_up_is_told_to_anybody_in_their_language(app: Callable[[], App]) -> None:
    told = app().get("config").json["data"]["health_consent"]
    assert told == {
        "version": VERSION,
        "text": str(health_consent.TEXT),
        "minimum_ages": configured.MINIMUM_AGES,
    }
    german = app().send("GET", "config", **{"Accept-Language": "de"}).json["data"]["health_consent"]["text"]
    assert "Gesundheitsdaten" in german
