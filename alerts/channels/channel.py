"""What a channel is: one way to reach a person, which takes a message or says why not."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from alerts.messages.message import Message


class ChannelError(Exception):
    """A message was not taken, or nobody knows.

    `permanent`: trying again is of no use. `unconfirmed`: the receiver may have taken it. `retry_after`: the earliest
    time that the receiver asked for. `detail` says which reply or kind of error it was, and nothing from the message.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool = False,
        unconfirmed: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.permanent = permanent
        self.unconfirmed = unconfirmed
        self.retry_after = retry_after


class Channel(ABC):
    """One transport. `retries` are the waits after the first, second, ... attempt; after the last it is given up."""

    retries: ClassVar[Sequence[timedelta]]

    @abstractmethod
    def address_of(self, user_id: UUID) -> str | None:
        """Where the user is reached: an address proved to be theirs, or None."""

    @abstractmethod
    def send(self, message: Message, address: str) -> str:
        """Hand the message over under its reference; gives the provider's id for it. Raises ChannelError."""
