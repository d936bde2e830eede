"""What a channel is: one way to reach a person, which takes a message or says why not."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Final
from uuid import UUID

from alerts.messages.message import Message

CALLS: Final = "webhooks"
"""The queue of deliveries to addresses that people gave, worked off by a worker of its own."""


class ChannelError(Exception):
    """A message was not taken, or no one knows.

    `permanent`: trying again is of no use. `gone`: the endpoint is no more, and is to be retired. `unconfirmed`: the
    receiver may have taken it. `silent`: it did not answer at all. `retry_after`: the earliest time that the receiver
    asked for. `detail` says which reply or kind of error it was, and nothing from the message.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool = False,
        gone: bool = False,
        unconfirmed: bool = False,
        silent: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.permanent = permanent or gone
        self.gone = gone
        self.unconfirmed = unconfirmed
        self.silent = silent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One place where someone is reached: a mailbox, a phone, a browser, a server.

    `id` tells it from the others of the same person and channel and may be stored and shown; it is empty where there is
    only one. `address` is where to send to, a secret that is stored with the delivery nowhere. `receiver` is the host
    and port behind an address that the person gave us: calls there take turns (`alerts.outbound.slots`). `proved` is
    false until a message has reached it once; so long others are used as well, as beside one that fails
    (`diary.reaching.endpoints`).
    """

    id: str
    address: str = field(repr=False)
    receiver: str = ""
    proved: bool = True


class Channel(ABC):
    """One transport. `retries` are the waits after the first, second, ... attempt; after the last it is given up.

    `personal` is false for a channel to a machine: it is told beside whatever reaches the person and never instead.
    `unseen_after` is how long a message may stay unseen before the next channel is tried; None where no one can tell.
    `queue` is where its deliveries are worked off, so that slow receivers hold up no others.
    """

    retries: ClassVar[Sequence[timedelta]]
    personal: ClassVar[bool] = True
    unseen_after: ClassVar[timedelta | None] = None
    queue: ClassVar[str] = "delivery"

    @abstractmethod
    def endpoints(self, user_id: UUID) -> Sequence[Endpoint]:
        """Where the user is reached: only what was proved to be theirs, and nothing while the channel is not set up."""

    def endpoint(self, user_id: UUID, id_: str) -> Endpoint | None:
        """The one of this id, as far as the user is still reached there."""
        return next((endpoint for endpoint in self.endpoints(user_id) if endpoint.id == id_), None)

    def endpoint_of_last_word(self, user_id: UUID, id_: str) -> Endpoint | None:
        """The same for a notice of what ends it: a phone that is signed out by what it hears of."""
        return self.endpoint(user_id, id_)

    @abstractmethod
    def send(self, message: Message, endpoint: Endpoint) -> str:
        """Hand the message over under its reference; gives the provider's id for it. Raises ChannelError."""

    def retire(self, *, user_id: UUID, endpoint: Endpoint) -> None:  # noqa: B027 most have nothing to retire
        """Forget an endpoint that is gone, unless it was replaced meanwhile."""
