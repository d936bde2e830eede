"""Ending a session also where there is no network: its token is kept in the key store until the service has ended it.

Nothing else of the person is kept for that.
"""

from __future__ import annotations

import json
from typing import Any, Final

from symptom_diary_client.connection import Connection
from symptom_diary_client.errors import NoAnswer

_LEFT: Final = "left"
_SESSION: Final = "/api/auth/app/v1/auth/session"
_PASSING: Final = (408, 425, 429)


class Farewell:
    """Sessions that were left here, and the devices that messages were pushed to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def leave(self, device: str | None) -> None:
        """Forget the token for everything but ending its session, and try to end it now."""
        token = self._connection.token()
        if token:
            self._keep([*self._left(), {"token": token, "device": device}])
        self._connection.keep_token(None)
        self.flush()

    def flush(self) -> None:
        """End what was left."""
        for one in self._left():
            if self._is_ended(one):
                self._keep([other for other in self._left() if other != one])

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be ended."""
        return not self._left()

    def _is_ended(self, one: dict[str, Any]) -> bool:
        device = [f"/api/v1/devices/{one['device']}"] if one["device"] else []
        try:
            return all(self._is_done(path, one["token"]) for path in (*device, _SESSION))
        except NoAnswer:
            return False

    def _is_done(self, path: str, token: str) -> bool:
        """A session that has ended already, and a device that is gone, are as good."""
        status = self._connection.send("DELETE", path, headers={"Authorization": f"Bearer {token}"}).status
        return status < 500 and status not in _PASSING

    def _left(self) -> list[dict[str, Any]]:
        """Nothing where the app's `get` gives one token whatever it is asked for."""
        kept = self._connection.secrets.get(_LEFT) or ""
        return list(json.loads(kept)) if kept.startswith("[") else []

    def _keep(self, left: list[dict[str, Any]]) -> None:
        self._connection.secrets.set(_LEFT, json.dumps(left) if left else None)
