"""The alerts of a diary, and what people answer to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast
from urllib.parse import quote

from symptom_diary_client.connection import Connection
from symptom_diary_client.contract import ShownAlert
from symptom_diary_client.outbox import Outbox

Outcome = Literal["being_investigated", "did_not_go", "not_serious", "not_yet", "seen", "serious"]


class Alerts:
    """Every method raises Problem and NoAnswer, but `receipt`."""

    def __init__(self, connection: Connection, outbox: Outbox, patient: str) -> None:
        self._connection = connection
        self._outbox = outbox
        self._at = f"/api/v1/patients/{quote(patient, safe='')}/alerts"

    def list(self) -> Sequence[ShownAlert]:
        """All of them, open emergencies first."""
        page = self._connection.request("GET", self._at)
        found = page["items"]
        while page["next_cursor"]:
            page = self._connection.request("GET", self._at, query={"cursor": page["next_cursor"]})
            found += page["items"]
        return cast("Sequence[ShownAlert]", found)

    def get(self, id: str) -> ShownAlert:
        """One of them."""
        return self._asked("GET", id)

    def acknowledge(self, id: str, note: str | None = None) -> ShownAlert:
        """*I'm getting help*, *I'm helping now*: ends the messages for everyone, who can read the note."""
        return self._asked("POST", id, "/acknowledge", {"note": note})

    def take_back(self, id: str) -> ShownAlert:
        """Takes that back, within ten minutes."""
        return self._asked("DELETE", id, "/acknowledge")

    def snooze(self, id: str, until: datetime) -> ShownAlert:
        """Not an emergency, nor what is urgent: those answer 409."""
        return self._asked("POST", id, "/snooze", {"until": until.isoformat()})

    def outcome(self, id: str, outcome: Outcome) -> ShownAlert:
        """What the doctor said, or only `seen` or `not_yet`."""
        return self._asked("POST", id, "/outcome", {"outcome": outcome})

    def receipt(self, id: str, status: Literal["delivered", "opened", "read"], delivery: str | None = None) -> None:
        """A message has arrived, was opened, or was read.

        Kept and sent later where there is no network: without it the message goes out once more on another way.
        """
        path = f"{self._at}/{quote(id, safe='')}/receipt"
        self._outbox.send(f"receipt/{id}/{status}", "POST", path, {"status": status, "delivery": delivery})

    def _asked(self, method: str, id: str, does: str = "", body: dict[str, Any] | None = None) -> ShownAlert:
        alert = self._connection.request(method, f"{self._at}/{quote(id, safe='')}{does}", body)
        return cast("ShownAlert", alert)
