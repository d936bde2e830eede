"""This installation: where messages are pushed to, and the zone that the person is in."""

from __future__ import annotations

from typing import Literal

from symptom_diary_client.context import Context
from symptom_diary_client.ids import new_id
from symptom_diary_client.outbox import Outbox
from symptom_diary_client.queue.kept import change_meta, read_meta
from symptom_diary_client.store.store import Store


class Push:
    """Registers this installation with the service, and keeps its time zone up to date."""

    def __init__(self, outbox: Outbox, store: Store, context: Context) -> None:
        self._outbox = outbox
        self._store = store
        self._context = context

    def register(
        self,
        *,
        platform: Literal["android", "ios", "web"],
        push_token: str | None = None,
        app_version: str | None = None,
        language: Literal["de", "en", "es", "fr"] | None = None,
    ) -> None:
        """Again whenever something about it changes. It is kept, and sent later if need be.

        `push_token` is that of Firebase, or on the web the subscription as JSON.
        """
        device = {
            "platform": platform,
            "push_token": push_token,
            "app_version": app_version,
            "language": language,
        }
        with self._store.transaction() as rows:
            rows.set("device", device)
        self.refresh()

    def refresh(self) -> None:
        """Tell the service where this device is now; nothing is sent while nothing has changed."""
        with self._store.transaction() as rows:
            device = rows.get("device")
            if device is None:
                return
            id = read_meta(rows).device or new_id(self._context.now())
            shown = {"id": id, **device, "time_zone": self._context.time_zone()}
            if rows.get("device-sent") == shown:
                return
            rows.set("device-sent", shown)
            change_meta(rows, device=id)
        self._outbox.send("device", "PUT", f"/api/v1/devices/{id}", shown)
