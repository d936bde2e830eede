"""The migration that ends the unsubscriptions from what cannot wait."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from alerts.models import Unsubscription
from tests.alerts.diaries import NOON
from tests.cast import Person

BEFORE = ("alerts", "0007_news")
AFTER = ("alerts", "0008_unsubscriptions_of_what_can_wait")

pytestmark = [pytest.mark.usefixtures("as_owner"), pytest.mark.django_db(transaction=True)]


def migrate(*targets: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


@pytest.fixture
def _back_to_the_newest() -> Iterator[None]:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield
    migrate(*newest)


@pytest.mark.usefixtures("_back_to_the_newest")
@pytest.mark.nightly
def test_those_who_had_stopped_emergencies_get_them_again_and_keep_what_can_wait(alice: Person) -> None:
    migrate(BEFORE)
    for tier in ("emergency", "urgent", "see_doctor"):
        Unsubscription.objects.create(patient_id=alice.patient_id, user=alice.user, tier=tier, at=NOON)
    migrate(AFTER)
    assert list(Unsubscription.objects.values_list("tier", flat=True)) == ["see_doctor"]
