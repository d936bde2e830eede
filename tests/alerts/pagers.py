"""Channels whose answers a test decides, for what is the same whichever channel it is."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from alerts.channels import Channel, ChannelError, Endpoint
from alerts.messages.message import Message


class Pager(Channel):
    """Reaches everyone who is given pagers; `refuses` names those that answer with an error, and with which."""

    retries: ClassVar[Sequence[timedelta]] = (timedelta(minutes=1),)

    def __init__(self) -> None:
        self.pagers: dict[UUID, list[str]] = {}
        self.refuses: dict[str, ChannelError] = {}
        self.sent: list[tuple[str, Message]] = []
        self.retired: list[str] = []
        self.before_answer: Callable[[], object] = lambda: None

    def endpoints(self, user_id: UUID) -> Sequence[Endpoint]:
        return [Endpoint(pager, f"address of {pager}") for pager in self.pagers.get(user_id, [])]

    def send(self, message: Message, endpoint: Endpoint) -> str:
        self.before_answer()
        if endpoint.id in self.refuses:
            raise self.refuses[endpoint.id]
        self.sent.append((endpoint.id, message))
        return f"page {len(self.sent)}"

    def retire(self, *, user_id: UUID, endpoint: Endpoint) -> None:
        self.pagers[user_id].remove(endpoint.id)
        self.retired.append(endpoint.id)


class WatchedPager(Pager):
    """One that tells whether someone looked."""

    unseen_after: ClassVar[timedelta | None] = timedelta(hours=4)


class Machine(Pager):
    """A channel to a machine."""

    personal: ClassVar[bool] = False
