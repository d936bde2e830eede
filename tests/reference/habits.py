"""How one question is answered over a diary: stretches of days, each with its own habit, close to the thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

STRETCHES = (3, 7, 10, 14, 20, 21, 27, 28, 29, 35, 41, 42, 43, 49, 56, 57, 84, 112)
SHARES = (0.0, 0.1, 0.19, 0.2, 0.25, 4 / 9, 0.5, 5 / 9, 0.59, 0.6, 9 / 15, 0.65, 0.75, 0.9, 1.0)
RHYTHMS = (1, 1, 1, 1, 2, 2, 3, 4, 7)


def stretches(rng: Random, days: int) -> list[int]:
    """Lengths that fill the days."""
    lengths: list[int] = []
    while sum(lengths) < days:
        lengths.append(rng.choice(STRETCHES))
    return lengths


def asked(rng: Random, length: int) -> list[bool]:
    """On which days a question is answered: with a rhythm, or by chance."""
    if rng.random() < 0.3:
        chance = rng.choice((0.3, 0.45, 0.5, 0.7, 0.9))
        return [rng.random() < chance for _ in range(length)]
    every, phase = rng.choice(RHYTHMS), rng.randrange(7)
    return [(day + phase) % every == 0 for day in range(length)]


def yes_or_no(rng: Random, days: int, shares: Sequence[float] = SHARES) -> list[bool | None]:
    """Answers whose share of yes is spread evenly or by chance, a day each."""
    said: list[bool | None] = []
    for length in stretches(rng, days):
        share, evenly, answered = rng.choice(shares), rng.random() < 0.6, 0
        for is_asked in asked(rng, length):
            even = int((answered + 1) * share + 1e-9) > int(answered * share + 1e-9)
            said.append((even if evenly else rng.random() < share) if is_asked else None)
            answered += is_asked
    return said[:days]


def scores(rng: Random, days: int, levels: Sequence[float]) -> list[int | None]:
    """Scores about a level, with a spread of none to two points."""
    said: list[int | None] = []
    for length in stretches(rng, days):
        said.extend(about(rng, rng.choice(levels), rng.choice((0, 0, 0.4, 0.8, 1.5, 2)), asked(rng, length)))
    return said[:days]


def about(rng: Random, level: float, spread: float, is_asked: list[bool]) -> list[int | None]:
    return [min(10, max(0, round(rng.gauss(level, spread) + rng.choice((0, 0.25))))) if a else None for a in is_asked]


def ramp(rng: Random, days: int, levels: Sequence[float]) -> list[int | None]:
    """Scores that climb from level to level in steps of 28 days, as for pain that worsens."""
    said: list[int | None] = []
    spread = rng.choice((0, 0.3, 0.8))
    while len(said) < days:
        level = levels[min(len(said) // 28, len(levels) - 1)]
        said.extend(about(rng, level, spread, asked(rng, 28)))
    return said[:days]


def followed(rng: Random, days: int, levels: Sequence[tuple[int, float]], spread: float) -> list[int | None]:
    """Scores that follow (first day, level) steps, nearly every day answered, as around a treatment."""
    chance = rng.choice((1.0, 1.0, 0.9, 0.6))
    said: list[int | None] = []
    for day in range(days):
        level = [height for first, height in levels if first <= day][-1]
        said.extend(about(rng, level, spread, [rng.random() < chance]))
    return said


def weighings(rng: Random, days: int, kilograms: float) -> list[float | None]:
    """Weights every few days that fall by shares close to 3 and 5 %."""
    every, said = rng.choice((1, 3, 5, 7, 9, 13)), list[float | None]()
    lost = 0.0
    turn, share = rng.randrange(60, 260), rng.choice((0.0, 0.028, 0.029, 0.03, 0.031, 0.04, 0.049, 0.05, 0.052, 0.08))
    for day in range(days):
        lost = share if day >= turn else 0.0
        wrong = rng.choice((0.8, 1.3)) if rng.random() < 0.03 else 1.0
        noise = rng.choice((0, 0, 0.1, -0.1, 0.4))
        heavy = round((kilograms * (1 - lost) + noise) * wrong, 1)
        said.append(heavy if day % every == 0 and rng.random() < 0.9 else None)
    return said
