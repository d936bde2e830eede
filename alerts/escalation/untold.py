"""Who should have been notified of an open alert and was not: the plan of each alert compared with its deliveries.

A step of the plan that was taken (`alerts.escalation.start_and_stop`) names who was to be notified, and each of them
has a delivery from that same moment on, whatever became of it since. Whoever has none was forgotten.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from alerts.delivery.outbox import Telling, owe
from alerts.delivery.recipients import Recipient
from alerts.escalation.start_and_stop import tell
from alerts.locks import hold_diary_of
from alerts.models import Alert

# An alert of which no plan is left at all is taken as sent to everyone when it opened.
# Nothing is queued for a person who switched the tier off, who needs no news of a correction that was taken back, or
# who had read the alert before a later round, since it was last sent as news.
_UNTOLD: Final = """
SELECT DISTINCT alert.id, alert.patient_id, person.user_id, person.caregiver_id
FROM alerts_alert alert
LEFT JOIN alerts_escalationstep step
    ON step.alert_id = alert.id AND step.step IN ('told', 'escalated', 'reminder') AND step.taken_at >= alert.opened_at
CROSS JOIN LATERAL (
    SELECT patient.user_id, NULL::uuid AS caregiver_id
    FROM diary_patient patient
    WHERE patient.id = alert.patient_id AND (step."to" IS NULL OR 'me' = ANY (step."to"))
    UNION ALL
    SELECT caregiver.user_id, caregiver.id
    FROM diary_caregiver caregiver
    WHERE caregiver.patient_id = alert.patient_id AND caregiver.state = 'accepted'
        AND caregiver.accepted_at <= COALESCE(step.taken_at, alert.opened_at)
        AND (step."to" IS NULL OR caregiver.id::text = ANY (step."to"))
) person
LEFT JOIN diary_preferences preferences ON preferences.user_id = person.user_id
WHERE alert.state = 'open' AND alert.tier <> 'watch' AND (%(alert)s::uuid IS NULL OR alert.id = %(alert)s)
    AND (%(since)s::timestamptz IS NULL OR COALESCE(step.taken_at, alert.opened_at) >= %(since)s)
    AND NOT (alert.tier = 'see_doctor' AND COALESCE(cardinality(preferences.see_doctor) = 0, FALSE))
    AND NOT (alert.tier = 'check_up' AND COALESCE(cardinality(preferences.check_up) = 0, FALSE))
    AND NOT EXISTS (
        SELECT FROM alerts_delivery delivery
        WHERE delivery.alert_id = alert.id AND delivery.recipient_id = person.user_id
            AND (
                delivery.created_at >= COALESCE(step.taken_at, alert.opened_at)
                OR delivery.step = 'withdrawn' AND delivery.drop_reason = 'superseded'
            )
    )
    AND NOT EXISTS (
        SELECT FROM alerts_response response
        WHERE response.alert_id = alert.id AND response.user_id = person.user_id AND response.word = 'read'
            AND step.step <> 'told' AND response.at BETWEEN alert.opened_at AND step.taken_at
            AND NOT EXISTS (
                SELECT FROM alerts_escalationstep anew
                WHERE anew.alert_id = alert.id AND anew.step = 'told'
                    AND anew.taken_at > response.at AND anew.taken_at <= step.taken_at
            )
    )
LIMIT %(most)s
"""


class Untold(NamedTuple):
    """Someone who should have been notified of an alert."""

    alert_id: UUID
    patient_id: UUID
    recipient: Recipient


def untold(*, most: int, alert_id: UUID | None = None, since: datetime | None = None) -> Sequence[Untold]:
    """Everyone, or those of one alert, or of what was to be sent from some moment on.

    The plan and its deliveries are one transaction: no time need pass.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, {"alert": alert_id, "since": since, "most": most})
        return [Untold(alert, patient, Recipient(user, place)) for alert, patient, user, place in cursor.fetchall()]


@transaction.atomic
def tell_the_untold(*, alert_id: UUID, now: datetime) -> bool:
    """Owe it to those who were forgotten; says whether there were any left once the diary's row was ours."""
    hold_diary_of(alert_id)
    forgotten = [one.recipient for one in untold(most=1_000, alert_id=alert_id)]
    alert = Alert.objects.filter(pk=alert_id).first()
    if forgotten and alert and alert.steps.exists():
        owe(Telling(alert, "raised", forgotten), now=now)
    elif forgotten and alert:
        tell(Telling(alert, "raised"), now=now)
    return bool(forgotten)
