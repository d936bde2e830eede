"""What an alert looks like to someone who may see it: the shapes of the contract."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from alerts.messages.explanation import Explanation
from alerts.models.alert import Outcome, State
from alerts.models.delivery import DeliveryState, DropReason, Step
from alerts.models.response import ResponseWord
from alerts.rules.tiers import Tier
from alerts.steps import PlannedStep
from diary.format.fields import Instant
from diary.models.choices import words


def _one_of(words: list[str]) -> Meta:
    return Meta(extra_json_schema={"enum": words})


TierWord = Annotated[str, _one_of([tier.value for tier in Tier])]
StateWord = Annotated[str, _one_of(words(State))]
OutcomeWord = Annotated[str, _one_of(words(Outcome))]
PlanWord = Annotated[str, _one_of(words(PlannedStep))]
DidWord = Annotated[str, _one_of(words(ResponseWord))]
StepWord = Annotated[str, _one_of(words(Step))]
DeliveryStateWord = Annotated[str, _one_of(words(DeliveryState))]
DropReasonWord = Annotated[str, _one_of(words(DropReason))]


class ShownPerson(Struct, frozen=True):
    """The patient or a person in the care circle; `name` is null if they gave none."""

    id: UUID
    name: str | None


class ShownEvidence(Struct, frozen=True):
    """The days an alert is based on, each count with its threshold as of a date, and each treatment trial."""

    as_of: date
    days: list[date]
    counts: dict[str, Any]
    trials: list[dict[str, Any]]


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


class ShownAlert(Struct, frozen=True):
    """An alert for one reader, in their language.

    `noted` names the pattern. `evidence` is what it is based on, and `explained` says the same in words, to show in
    place of `noted`; both are null for a reader with the level `alerts`. `snoozed_until` is the reader's own. `if_real`
    is what to do if the sign is real although the alert was withdrawn. `responses` are what people did, in order, and
    `read_by` who has read it since it was last opened. Unless someone acts, the next step of the `escalation` follows
    at `next_step_at`.
    """

    id: UUID
    rule: str
    rule_version: int
    tier: TierWord
    state: StateWord
    met_on: date
    found_on: date
    title: str
    noted: str
    advice: str
    call: str | None
    evidence: ShownEvidence | None
    explained: Explanation | None
    acknowledged_by: ShownPerson | None
    acknowledged_at: Instant | None
    outcome: OutcomeWord | None
    outcome_by: ShownPerson | None
    closed_at: Instant | None
    snoozed_until: Instant | None
    next_step_at: Instant | None
    if_real: str
    responses: list[ShownResponse]
    read_by: list[UUID]
    escalation: list[ShownStep]
    deliveries: list[ShownDelivery]
