"""Danger signs as the app hears of them: kept until its handler is done, once for each sign and stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from symptom_diary_client.content import Content, Kind, date_of
from symptom_diary_client.signs.judge import signs_of
from symptom_diary_client.signs.wording import Place, advice
from symptom_diary_client.store.store import Rows


@dataclass(frozen=True)
class DangerSign:
    """A danger sign to show at once: interrupt for an emergency and for what is `news`, show the rest quietly."""

    stage: Literal["noted", "raised", "refused"]
    """`noted`: found on this device in what was just recorded, with or without a network.
    `raised`: found by the service, which has it on record and warns the others.
    `refused`: found by the service in what it did not store."""
    rule: str
    tier: str
    title: str
    advice: str
    call: str | None
    """The number to call; None where the advice names none."""
    news: bool
    stored: bool
    """Whether it is on record. While it isn't, nobody else has been warned."""
    alert: str | None
    """The service's alert; None while it is not on record."""
    state: str | None
    signs: tuple[str, ...]
    """What was noted, by name; empty for what the service found."""
    kind: Kind | Literal["profile"]
    """Of the resource that carries it; `profile` for what the profile makes of earlier days."""
    id: str | None

    @property
    def is_emergency(self) -> bool:
        """Whether nothing else may wait for it."""
        return self.tier == "emergency"


@dataclass(frozen=True)
class KeptSign:
    """A danger sign, and whether the app's handler has finished with it."""

    key: str
    event: DangerSign
    heard: bool = False


def all_signs(rows: Rows) -> list[KeptSign]:
    """Every one that this device knows."""
    return [sign_of(kept) for kept in rows.all("sign/")]


def read_sign(rows: Rows, key: str) -> KeptSign | None:
    """The one under a key."""
    kept = rows.get(key)
    return sign_of(kept) if kept else None


def noted(
    kind: Kind,
    content: Content,
    same_day: Sequence[Content] = (),
    *,
    today: str,
    place: Place,
    is_own: bool,
    language: str,
) -> list[DangerSign]:
    """The signs in what is about to be recorded, one for each rule, the most severe first. Pure."""
    by_rule: dict[tuple[str, str], list[str]] = {}
    for row in signs_of(kind, content, same_day):
        by_rule.setdefault((row.rule, row.tier), []).append(row.sign)
    found = []
    for (rule, tier), signs in by_rule.items():
        said = advice(
            rule=rule,
            tier=tier,
            day=date_of(content),
            today=today,
            place=place,
            is_own=is_own,
            language=language,
        )
        found.append(
            DangerSign(
                stage="noted",
                rule=rule,
                tier=tier,
                title=said.title,
                advice=said.text,
                call=said.call,
                news=True,
                stored=False,
                alert=None,
                state=None,
                signs=tuple(signs),
                kind=kind,
                id=content.get("id"),
            )
        )
    return found


def keep_noted(rows: Rows, signs: Sequence[DangerSign]) -> list[str]:
    """Keep the noted signs that this resource didn't carry before; gives the keys of all."""
    keys = []
    for event in signs:
        key = f"sign/noted/{event.kind}/{event.id}/{event.rule}"
        known = read_sign(rows, key)
        if known is None or not set(event.signs) <= set(known.event.signs):
            rows.set(key, asdict(KeptSign(key, event)))
        keys.append(key)
    return keys


def keep_raised(
    rows: Rows, raised: Iterable[Mapping[str, Any]], kind: Kind | Literal["profile"], id: str | None
) -> None:
    """Keep the signs of an answer.

    The first answer may have been lost, and then a repeated one calls a sign no news that nobody has read yet: what
    this device hasn't shown is news here.
    """
    for sign in raised:
        stage: Literal["raised", "refused"] = "raised" if sign["stored"] else "refused"
        key = f"sign/{stage}/{kind}/{id}/{sign['alert']}/{sign['rule']}"
        if rows.get(key) and (not sign["news"] or stage == "refused"):
            continue
        said = {name: sign[name] for name in ("rule", "tier", "title", "advice", "call", "stored", "alert", "state")}
        event = DangerSign(**said, stage=stage, news=True, signs=(), kind=kind, id=id)
        rows.set(key, asdict(KeptSign(key, event)))


def sign_of(kept: Mapping[str, Any]) -> KeptSign:
    """As it is in the store."""
    event = {**kept["event"], "signs": tuple(kept["event"]["signs"])}
    return KeptSign(kept["key"], DangerSign(**event), kept["heard"])
