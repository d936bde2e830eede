"""What happens to people besides: falls and renal colic."""

from __future__ import annotations

from random import Random

from evaluation.cohorts.latent import LatentEvent, LatentPerson
from evaluation.cohorts.swings import spells

FALLING = 0.10
"""Share who fall in the year, lightly; it hurts for one to nine days."""
COLIC_A_YEAR = 0.04


def falls(random: Random, person: LatentPerson) -> None:
    """A light fall after which the pain is two points worse for some days."""
    if random.random() >= FALLING:
        return
    length = len(person.days)
    fell = random.randrange(length)
    person.events.append(LatentEvent("fall", fell, trauma="minor"))
    for day in person.days[fell : fell + random.randint(1, 9)]:
        day.worst = min(10, day.worst + 2)


def renal_colic(random: Random, person: LatentPerson) -> None:
    """Severe pain in one flank for two to five days."""
    for number in spells(random, len(person.days), COLIC_A_YEAR, (2, 5)):
        day = person.days[number]
        day.sites = (*day.sites, "left_flank")
        day.worst = max(day.worst, random.randint(6, 9))
