"""Rows of the alerts held until the transaction ends, in the order of `docs/adr/0013-one-lock-order.md`.

After the diary's (`diary.locks`): alerts by id, then deliveries by id. What a worker claims waits for no one.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from alerts.models import Alert, Delivery
from diary.locks import hold_diary
from diary.statements import Later, ask

_FIRST_OF_ITS_MESSAGE: Final = """
    SELECT id FROM alerts_delivery WHERE id = (
        SELECT id FROM alerts_delivery WHERE message = (SELECT message FROM alerts_delivery WHERE id = %(delivery)s)
        ORDER BY id LIMIT 1
    ) FOR NO KEY UPDATE SKIP LOCKED
"""


def hold_diary_of(alert_id: UUID) -> None:
    """The diary that an alert is about, held as by `hold_diary`."""
    hold_diary(Alert.objects.filter(pk=alert_id).values_list("patient_id", flat=True).first())


def hold_alert(alert_id: UUID) -> Alert | None:
    """The alert, held; None when it is gone."""
    return Alert.objects.select_for_update(no_key=True).filter(pk=alert_id).first()


def hold_alerts(alerts: Iterable[Alert]) -> None:
    """Those alerts, held: a failing delivery looks at its neighbours too."""
    ids = [alert.pk for alert in alerts]
    list(Alert.objects.select_for_update(no_key=True).only("pk").filter(pk__in=ids).order_by("pk"))


def hold_deliveries(deliveries: QuerySet[Delivery]) -> list[Delivery]:
    """Those of `deliveries`, held."""
    return list(deliveries.order_by("pk").select_for_update(no_key=True, of=("self",)))


def claimed_deliveries(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those of `deliveries` that no one else has in hand, held once they are read."""
    return deliveries.order_by("pk").select_for_update(no_key=True, of=("self",), skip_locked=True)


def claim_message(delivery_id: UUID) -> Later[bool]:
    """Whether no one else had the message that a delivery is in, which is held now by the first of its deliveries."""
    rows = ask(_FIRST_OF_ITS_MESSAGE, {"delivery": delivery_id})
    return lambda: bool(rows())
