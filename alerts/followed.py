"""What followed an alert: messages, steps and responses, and where the patient was; read with the alert itself.

Phones ask for their alerts each day. So all of it comes in the alerts' own statement, and costs nothing without alerts.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL
from msgspec import Struct
from msgspec.structs import replace

from alerts.messages.countries import Place
from alerts.models import Alert
from alerts.models.delivery import DeliveryState, DropReason, Step
from alerts.models.response import ResponseWord
from alerts.steps import ME, PlannedStep
from alerts.whereabouts import Whereabouts
from diary.format.fields import Instant
from diary.models import User
from diary.models.choices import one_of
from diary.reaching.local_time import ANYWHERE, ZONE_OF_PATIENT
from diary.sealing import readable

PlanWord = Annotated[str, one_of(PlannedStep)]
DidWord = Annotated[str, one_of(ResponseWord)]
StepWord = Annotated[str, one_of(Step)]
DeliveryStateWord = Annotated[str, one_of(DeliveryState)]
DropReasonWord = Annotated[str, one_of(DropReason)]


def _person(id_: str) -> str:
    """The account with that id as JSON, looked up by it alone, and NULL without one."""
    shown = "json_build_object('id', person.id, 'name', nullif(person.name, ''))"
    return f"(SELECT {shown} FROM diary_user person WHERE person.id = {id_})"  # noqa: S608 words of ours


_RESPONSES: Final = f"""
    SELECT json_agg(json_build_object(
        'who', {_person("did.user_id")}, 'did', did.word, 'at', did.at, 'note', encode(did.note, 'escape')
    ) ORDER BY did.at, did.id)
    FROM alerts_response did WHERE did.alert_id = alerts_alert.id
"""  # noqa: S608 words of ours
_HELPER: Final = """(
    SELECT helper.user_id FROM diary_caregiver helper
    WHERE helper.patient_id = diary_patient.id AND helper.id::text = named.name
)"""
_NAMED: Final = f"""
    SELECT json_agg(one.shown ORDER BY named.place) FILTER (WHERE one.shown IS NOT NULL)
    FROM unnest(planned."to") WITH ORDINALITY AS named (name, place), LATERAL (
        SELECT {_person(f"CASE named.name WHEN '{ME}' THEN diary_patient.user_id ELSE {_HELPER} END")} AS shown
    ) AS one
"""  # noqa: S608 words of ours
_STEPS: Final = f"""
    SELECT json_agg(json_build_object(
        'step', planned.step, 'due_at', planned.due_at,
        'to', CASE WHEN planned."to" IS NOT NULL THEN coalesce(({_NAMED}), '[]') END,
        'taken_at', planned.taken_at, 'dropped_at', planned.dropped_at
    ) ORDER BY planned.place)
    FROM alerts_escalationstep planned WHERE planned.alert_id = alerts_alert.id
"""  # noqa: S608 words of ours
_DELIVERIES: Final = f"""
    SELECT json_agg(json_build_object(
        'id', sent.id, 'recipient', {_person("sent.recipient_id")}, 'channel', sent.channel,
        'endpoint', CASE sent.recipient_id WHEN %s THEN sent.endpoint END, 'step', sent.step, 'state', sent.state,
        'attempts', sent.attempts, 'next_attempt_at', CASE sent.state WHEN 'owed' THEN sent.next_attempt_at END,
        'last_error', sent.last_error, 'drop_reason', sent.drop_reason, 'sent_at', sent.sent_at,
        'delivered_at', sent.delivered_at, 'opened_at', sent.opened_at
    ) ORDER BY sent.turn, sent.created_at, sent.id)
    FROM alerts_delivery sent WHERE sent.alert_id = alerts_alert.id
"""  # noqa: S608 words of ours
_ZONE_OF_DAY: Final = """
    SELECT time_zone FROM diary_entry
    WHERE patient_id = diary_patient.id AND NOT deleted AND time_zone <> ''
        AND date = coalesce((alerts_alert.evidence -> 'days' ->> -1)::date, alerts_alert.met_on)
    ORDER BY recorded_at DESC, id DESC LIMIT 1
"""
_FOLLOWED: Final = f"""
    SELECT json_build_object(
        'name', patient.name, 'email', patient.email,
        'region', diary_patient.region, 'zone', {ZONE_OF_PATIENT}, 'zone_of_day', ({_ZONE_OF_DAY}),
        'zone_of_profile', diary_patient.time_zone,
        'acknowledged_by', {_person("alerts_alert.acknowledged_by_id")},
        'outcome_by', {_person("alerts_alert.outcome_by_id")},
        'snoozed_until',
        (SELECT until FROM alerts_snooze WHERE alert_id = alerts_alert.id AND user_id = %s AND until > %s),
        'responses', coalesce(({_RESPONSES}), '[]'), 'steps', coalesce(({_STEPS}), '[]'),
        'deliveries', coalesce(({_DELIVERIES}), '[]')
    )::text
    FROM diary_patient JOIN diary_user patient ON patient.id = diary_patient.user_id
    WHERE diary_patient.id = alerts_alert.patient_id
"""  # noqa: S608 words of ours


class ShownPerson(Struct, frozen=True):
    """The patient or a person in the care circle; `name` is null if they gave none."""

    id: UUID
    name: str | None


class ShownDelivery(Struct, frozen=True):
    """The state of one message: accepted by the provider, shown by the device, opened.

    `endpoint` is the phone, browser or server it was sent to, visible to its recipient only; empty if there is only
    one. `drop_reason` says why nothing more is sent, null unless it was dropped; `last_error` is for people to read.
    """

    id: UUID
    recipient: ShownPerson
    channel: str
    endpoint: str | None
    step: StepWord
    state: DeliveryStateWord
    attempts: int
    next_attempt_at: Instant | None
    last_error: str
    drop_reason: DropReasonWord | None
    sent_at: Instant | None
    delivered_at: Instant | None
    opened_at: Instant | None


class ShownStep(Struct, frozen=True):
    """One step of the plan made when the alert opened; `to` is null if it goes to everyone in the circle at that time.

    It was taken, was dropped because someone acted, or is still to come.
    """

    step: PlanWord
    due_at: Instant
    to: list[ShownPerson] | None
    taken_at: Instant | None
    dropped_at: Instant | None


class ShownResponse(Struct, frozen=True):
    """What a person did about the alert, and when; `who` is null for the service itself and for erased accounts.

    `note` is a note to the others from the person who acknowledged it.
    """

    who: ShownPerson | None
    did: DidWord
    at: Instant
    note: str | None


class Followed(Struct, frozen=True):
    """What followed one alert, for one reader; instants are in UTC.

    `name` and `email` are the patient's; `zone` is where they are now, `zone_of_day` where they last wrote about the
    alert's newest day. `snoozed_until` is the reader's own, whatever the tier.
    """

    name: str
    email: str
    region: str | None
    zone: str | None
    zone_of_day: str | None
    zone_of_profile: str | None
    acknowledged_by: ShownPerson | None
    outcome_by: ShownPerson | None
    snoozed_until: datetime | None
    responses: list[ShownResponse]
    steps: list[ShownStep]
    deliveries: list[ShownDelivery]

    @property
    def whose(self) -> str:
        """The patient's name, for others."""
        return User(name=self.name, email=self.email).get_full_name()

    @property
    def next_step_at(self) -> datetime | None:
        """When the next step follows, unless someone acts."""
        return next((step.due_at for step in self.steps if step.taken_at is None and step.dropped_at is None), None)

    def place(self, alert: Alert) -> Place:
        """Where the patient was."""
        day, here = alert.last_day, self.zone or ANYWHERE
        by_day = {day: self.zone_of_day} if self.zone_of_day else {}
        return Whereabouts(self.region, {}, by_day, here, self.zone_of_profile).place(day=day)

    def read_by(self, alert: Alert) -> list[UUID]:
        """Who has read it since it was last opened."""
        if alert.opened_at is None:
            return []
        since = [one for one in self.responses if one.did == "read" and one.at >= alert.opened_at]
        return list(dict.fromkeys(one.who.id for one in since if one.who))


_READ: Final = msgspec.json.Decoder(Followed)


def with_followed(alerts: QuerySet[Alert], *, reader_id: UUID, now: datetime) -> QuerySet[Alert]:
    """The same alerts, as `followed` needs them."""
    return alerts.annotate(followed=RawSQL(_FOLLOWED, (reader_id, now, reader_id), TextField()))  # noqa: S611


def again_with_followed(alerts: Collection[Alert], *, reader_id: UUID, now: datetime) -> list[Alert]:
    """Alerts that were read without it, in the same order."""
    found = with_followed(Alert.objects.all(), reader_id=reader_id, now=now).in_bulk([alert.pk for alert in alerts])
    return [found[alert.pk] for alert in alerts if alert.pk in found]


def followed(alert: Alert) -> Followed:
    """What followed an alert that was read `with_followed`; notes that no known key opens are left out."""
    found = _READ.decode(vars(alert)["followed"])
    return replace(found, responses=[_opened(one) for one in found.responses])


def _opened(response: ShownResponse) -> ShownResponse:
    note = response.note
    return response if note is None else replace(response, note=readable(note.encode()))
