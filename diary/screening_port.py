"""The diary's one port to the code above it that looks for danger signs and screens in the background.

`settings.DIARY_SCREENING_PORT` names a module that has these functions. While it is empty
no one screens, which a production deployment refuses (`diary.checks`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any, Protocol, TypedDict, cast
from uuid import UUID

from django.conf import settings

from diary.format.fields import Entry, Event, ResourceType
from diary.format.salvage import Salvaged
from diary.statements import Later


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """One resource that a write brought, also one that changed nothing since it is a repetition.

    `dates` are the days it is about now and was about before, so that a moved entry is looked for on both; a
    treatment has none. `changed` is false for a repetition.
    """

    type: ResourceType
    id: UUID
    dates: frozenset[date]
    changed: bool = True


class Raised(TypedDict):
    """A danger sign, as the answer to the write tells it.

    `state` is that of the alert. `news`: the write adds to what was on record. `stored`: it is on record now; a refused
    change has no `alert` and no `state`.
    """

    alert: str | None
    rule: str
    tier: str
    title: str
    advice: str
    call: str | None
    state: str | None
    news: bool
    stored: bool


Around = Callable[[Sequence[Entry | Event]], bool]
"""Whether the days around hold a danger sign, once these rows have taken the place of those with their ids."""


class ScreeningPort(Protocol):
    """What the diary needs of the one who screens."""

    def around(self, *, patient_id: UUID, dates: Collection[date]) -> Around:
        """The days around these, as they stand. Called with the patient's row locked, in one trip with others.

        The answer is called once that is over, with all rows about these dates that a write leaves. While it says no,
        `danger_signs` finds none. It may say yes without need.
        """

    def danger_signs(
        self, *, patient_id: UUID, reader_id: UUID, written: Sequence[WrittenRow], now: datetime, imported: bool
    ) -> Later[Mapping[tuple[ResourceType, UUID], list[Raised]]]:
        """The emergency and urgent signs that each written row contributes to, the most severe first.

        Those that are news are raised, unless they are `imported`: these are kept. They are worded in the language of
        `reader_id`, who wrote. Called in the write's own transaction, with the patient's row locked and the rows
        written, in one trip with that; the answer is called once the trip is over, in the same transaction.
        """

    def danger_signs_of_profile(
        self, *, patient_id: UUID, reader_id: UUID, fields: Collection[str], now: datetime
    ) -> list[Raised]:
        """The same for these fields of the profile, which was just written."""

    def welcome(self, *, patient_id: UUID, caregiver_id: UUID, user_id: UUID, again: bool, now: datetime) -> list[Any]:
        """Tell who has just joined the circle of what is urgent and open; gives these alerts as the API shows them.

        `again`: they were sent already. Called in the transaction of the acceptance, with the patient's row locked.
        """

    def signs_in_refused(
        self,
        *,
        refused: Sequence[Sequence[Salvaged]],
        patient_id: UUID | None,
        own: bool,
        language: str,
        now: datetime,
    ) -> list[list[Raised]]:
        """The danger signs in each group of what was refused, most severe first, in `language`; it changes nothing.

        With `patient_id`, only for a caller who may read that diary at this moment, each is judged as part of it;
        without, alone. `own` says that the diary is the reader's own.
        """

    def signs_in_refused_profile(
        self, *, patient_id: UUID, reader_id: UUID, given: Mapping[str, Any], now: datetime
    ) -> list[Raised]:
        """The danger signs that these fields of a refused profile would make of what was noted; it changes nothing."""

    def hold_alerts(self, *, patient_id: UUID) -> None:
        """Wait for who is sending about the diary's alerts; they begin nothing new in this transaction."""

    def look_again(self, *, user_id: UUID, now: datetime) -> None:
        """The person's clock or quiet hours changed: what was held for them may be due. Called after the commit."""

    def nudge(self) -> None:
        """A diary has work for the screening. Called after the commit; never raises and never takes long."""


class NobodyScreens:
    """The port while none is named."""

    def around(self, *, patient_id: UUID, dates: Collection[date]) -> Around:
        """Nothing is looked for."""
        return lambda _: False

    def danger_signs(
        self, *, patient_id: UUID, reader_id: UUID, written: Sequence[WrittenRow], now: datetime, imported: bool
    ) -> Later[Mapping[tuple[ResourceType, UUID], list[Raised]]]:
        """Nothing is looked for."""
        return dict

    def danger_signs_of_profile(
        self, *, patient_id: UUID, reader_id: UUID, fields: Collection[str], now: datetime
    ) -> list[Raised]:
        """Nothing is looked for."""
        return []

    def welcome(self, *, patient_id: UUID, caregiver_id: UUID, user_id: UUID, again: bool, now: datetime) -> list[Any]:
        """Nothing is open."""
        return []

    def signs_in_refused(
        self,
        *,
        refused: Sequence[Sequence[Salvaged]],
        patient_id: UUID | None,
        own: bool,
        language: str,
        now: datetime,
    ) -> list[list[Raised]]:
        """Nothing is looked for."""
        return [[] for _ in refused]

    def signs_in_refused_profile(
        self, *, patient_id: UUID, reader_id: UUID, given: Mapping[str, Any], now: datetime
    ) -> list[Raised]:
        """Nothing is looked for."""
        return []

    def hold_alerts(self, *, patient_id: UUID) -> None:
        """There are none."""

    def look_again(self, *, user_id: UUID, now: datetime) -> None:
        """Nothing is held."""

    def nudge(self) -> None:
        """No one is told."""


def screening() -> ScreeningPort:
    """The port that the settings name."""
    return _named(settings.DIARY_SCREENING_PORT)


@cache
def _named(path: str) -> ScreeningPort:
    return cast("ScreeningPort", import_module(path)) if path else NobodyScreens()
