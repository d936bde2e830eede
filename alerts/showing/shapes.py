"""What an alert looks like to someone who may see it: the shapes of the contract."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from alerts.followed import ShownDelivery, ShownPerson, ShownResponse, ShownStep
from alerts.messages.explanation import Explanation
from alerts.models.alert import Outcome, State
from alerts.rules.tiers import Tier
from diary.format.fields import Instant
from diary.models.choices import one_of

TierWord = Annotated[str, Meta(extra_json_schema={"enum": [tier.value for tier in Tier]})]
StateWord = Annotated[str, one_of(State)]
OutcomeWord = Annotated[str, one_of(Outcome)]


class ShownEvidence(Struct, frozen=True):
    """The days an alert is based on, each count with its threshold as of a date, and each treatment trial."""

    as_of: date
    days: list[date]
    counts: dict[str, Any]
    trials: list[dict[str, Any]]


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
