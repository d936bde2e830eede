"""Why nothing is sent any more: a column with a closed list, that the previous release fills in without knowing it."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from alerts.acting.acknowledge import acknowledge
from alerts.models import Alert, Delivery
from alerts.models.delivery import DropReason, dropped_for
from diary.models.choices import words
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.cast import Person

BEFORE, AFTER = ("alerts", "0015_check_up_validated"), ("alerts", "0017_drop_reason_filled_in")
AS_BEFORE = "UPDATE alerts_delivery SET state = 'dropped', next_attempt_at = NULL, last_error = %s"
"""What the previous release says of a delivery that it drops."""
TEXTS = [
    ("superseded", "superseded"),
    ("unsubscribed", "unsubscribed"),
    ("read", "read"),
    ("no consent", "no_consent"),
    ("never told", "never_told"),
    ("withdrawn", "alert_withdrawn"),
    ("alert open", "alert_open"),
    ("alert acknowledged", "alert_acknowledged"),
    ("alert closed", "alert_closed"),
    ("alert withdrawn", "alert_withdrawn"),
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(alice: Person) -> Delivery:
    """A mail about an emergency that no one has sent yet."""
    write(alice, saddle_numbness())
    return Delivery.objects.get()


def reason() -> str | None:
    return Delivery.objects.values_list("drop_reason", flat=True).get()


@pytest.mark.parametrize("word", words(DropReason))
def test_every_reason_can_be_kept(owed: Delivery, word: DropReason) -> None:
    Delivery.objects.update(**dropped_for(word))
    assert reason() == word


@pytest.mark.parametrize(
    "columns",
    [
        {**dropped_for("read"), "drop_reason": "bored"},
        {"drop_reason": "superseded"},
        {"state": "failed", "next_attempt_at": None, "drop_reason": "superseded"},
    ],
    ids=["no such reason", "still owed", "failed"],
)
def test_the_database_refuses_a_reason_that_is_none_and_one_of_what_was_not_dropped(
    owed: Delivery, columns: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match="delivery_drop_reason"), transaction.atomic():
        Delivery.objects.update(**columns)


@pytest.mark.parametrize(("text", "word"), TEXTS)
def test_what_the_previous_release_drops_has_its_reason(owed: Delivery, text: str, word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(AS_BEFORE, [text])
    assert reason() == word


def test_what_the_previous_release_compares_is_still_written(owed: Delivery) -> None:
    Delivery.objects.update(**dropped_for("superseded"))
    assert Delivery.objects.values_list("last_error", flat=True).get() == "superseded"


def test_the_app_reads_the_reason(alice: Person, owed: Delivery) -> None:
    alert = Alert.objects.get()
    (told,) = alice.get(f"patients/me/alerts/{alert.pk}").body["deliveries"]
    assert told["drop_reason"] is None
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, now=NOON)
    deliver_all()
    (told,) = alice.get(f"patients/me/alerts/{alert.pk}").body["deliveries"]
    assert (told["state"], told["drop_reason"], told["last_error"]) == (
        "dropped",
        "alert_acknowledged",
        "alert acknowledged",
    )


def migrate(*targets: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


@pytest.fixture
def _back_to_the_newest() -> Iterator[None]:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield
    migrate(*newest)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("as_owner", "_back_to_the_newest")
@pytest.mark.nightly
def test_what_was_dropped_before_has_its_reason_and_the_rest_has_none(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.migrations.0017_drop_reason_filled_in.AT_A_TIME", 1)
    bob.cares_for(alice, "log")
    write(alice, saddle_numbness())
    migrate(BEFORE)
    with connection.cursor() as cursor:
        cursor.execute(f"{AS_BEFORE} WHERE recipient_id = %s", ["no consent", bob.id])
    migrate(AFTER)
    reasons = dict(Delivery.objects.values_list("recipient_id", "drop_reason"))
    assert reasons == {alice.id: None, bob.id: "no_consent"}
