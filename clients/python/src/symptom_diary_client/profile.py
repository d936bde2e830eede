"""The profile of a diary. It sharpens the rules: a history of cancer makes last night's pain urgent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from symptom_diary_client.connection import Connection
from symptom_diary_client.contract import StoredProfile, WrittenProfile
from symptom_diary_client.errors import Problem
from symptom_diary_client.queue.kept import change_meta
from symptom_diary_client.signs.events import keep_raised
from symptom_diary_client.store.store import Store

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from symptom_diary_client.contract import Profile

_AT = "/api/v1/patients/{patient}/profile"


class ProfilePage:
    """Read and changed at the service: it needs a network. Both methods raise Problem and NoAnswer."""

    def __init__(self, connection: Connection, store: Store, patient: str, on_signs: Callable[[], None]) -> None:
        self._connection = connection
        self._store = store
        self._names = {"patient": patient}
        self._on_signs = on_signs

    def read(self) -> StoredProfile:
        """As it is stored."""
        profile = cast("StoredProfile", self._connection.request("GET", _AT, names=self._names))
        self._remember(profile["region"])
        return profile

    def change(self, **fields: Unpack[Profile]) -> WrittenProfile:
        """Change some of it. The danger signs that this makes of earlier days have been shown when it returns."""
        try:
            profile = cast("WrittenProfile", self._connection.request("PATCH", _AT, fields, names=self._names))
        except Problem as problem:
            self._show(problem.document.get("raised", []))
            raise
        self._remember(profile["region"])
        self._show(profile["raised"])
        return profile

    def _remember(self, region: str | None) -> None:
        with self._store.transaction() as rows:
            change_meta(rows, region=region)

    def _show(self, raised: Any) -> None:
        if raised:
            with self._store.transaction() as rows:
                keep_raised(rows, raised, "profile", None)
            self._on_signs()
