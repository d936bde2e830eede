"""A message as every channel can take it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alerts.rules.tiers import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said once, for whichever channel carries it.

    `reference` names it and every copy of it. `subject` may stand on a lock screen or in an SMS: nothing about health.
    `text` and `html` are the letter. `link` opens the alert without signing in and is a secret; `unsubscribe` is the
    address of one-click unsubscribing, None for what can't be stopped. `kind` says why it is told now
    (`alerts.models.delivery.Step`); `pressing` that it may wake someone. `alerts` are those it is about, the most
    severe first; none in a hello, and no `patient`. `tier` is that of an alert itself, None for what follows it and
    what is about none. `created_at` is when it came to be owed, the same for every copy.
    """

    reference: str
    language: str
    subject: str
    text: str
    html: str
    link: str
    kind: str
    pressing: bool
    created_at: datetime
    unsubscribe: str | None = None
    alerts: tuple[UUID, ...] = ()
    patient: UUID | None = None
    tier: Tier | None = None

    @property
    def alert(self) -> UUID | None:
        """The most severe alert that it is about."""
        return self.alerts[0] if self.alerts else None
