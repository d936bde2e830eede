"""What can go wrong, as exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symptom_diary_client.contract import Problem as ProblemDocument


class Problem(Exception):
    """An answer that is no success: RFC 9457 problem details. `retry_after` is in seconds, None where none is asked."""

    def __init__(self, document: ProblemDocument, retry_after: float | None = None) -> None:
        super().__init__(f"{document['status']}: {document.get('detail') or document['title']}")
        self.document = document
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.document["status"]

    @property
    def type(self) -> str:
        """The kind of problem, such as `/problems/gone`: act on this rather than on the texts."""
        return self.document["type"]


class NoAnswer(Exception):
    """There was no answer: no network, no service, or none in time. Whether the request was done is not known."""


class DeletedError(Exception):
    """New content for what was deleted: a deletion wins. Record it anew, under a new id."""

    def __init__(self, id: str) -> None:
        super().__init__(f"{id} was deleted; record it anew under another id")
        self.id = id


class StillWaiting(Exception):
    """Signing out would lose what the service doesn't have yet. Sync first, or ask the person and say `discard`."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} changes are on this device only")
        self.waiting = waiting


class OtherAccount(Exception):
    """What is on this device was written by somebody else. It must not get into this account's diary."""
