"""What the database tells of nights and weights is what the rules see in the whole diary."""

import json
from itertools import product
from typing import Any

import msgspec
import pytest

from alerts.histories.of_diary import history_of_patient
from alerts.replay.first_looks import NIGHTS, WEIGHTS, case_of_nights, case_of_weights
from alerts.rules.case import Case
from alerts.rules.series import Series
from diary.format.document import parse
from diary.format.fields import Entry
from diary.models import Patient
from diary.statements import fetch_all
from tests.alerts.diaries import days_ago, entry, write
from tests.cast import Person
from tests.reference.diaries import diary as random_diary

pytestmark = pytest.mark.django_db


def told_of(who: Person) -> tuple[Any, Any]:
    """The nights and the weights that the database tells of someone; None for none."""
    alone = {"first": who.patient_id, "last": who.patient_id}
    nights, weights = ({row[0]: row[1] for row in fetch_all(told, alone)} for told in (NIGHTS, WEIGHTS))
    return nights.get(who.patient_id), weights.get(who.patient_id)


def whole(who: Person) -> Case:
    return Case(history_of_patient(Patient.objects.get(pk=who.patient_id)), whole=True)


def answered(series: Series) -> list[tuple[int, float]]:
    return list(zip(series.days, series.values, strict=True))


def test_a_night_is_positive_or_not_or_not_answered_as_for_the_rules(alice: Person) -> None:
    answers = product((None, 0, 3, 4, 10), (None, 3, 4), (None, False, True))
    write(
        alice,
        *(
            entry(days_ago(number), night_pain=night, rest_pain=rest, woke_from_sleep=woke)
            for number, (night, rest, woke) in enumerate(answers)
        ),
    )
    nights, _ = told_of(alice)
    assert answered(case_of_nights(nights).night_rest) == answered(whole(alice).night_rest)


@pytest.mark.parametrize("seed", [3, 10, 13, 14, 19, 26, 30, 46])
def test_so_are_those_of_random_diaries_and_their_weights(seed: int, alice: Person, bob: Person) -> None:
    write(alice, *parse(json.dumps(random_diary(seed)).encode()).entries[:450])
    write(bob, entry(night_pain=1, weight_kg=70.5))
    nights, weights = told_of(alice)
    if nights is not None:
        assert answered(case_of_nights(nights).night_rest) == answered(whole(alice).night_rest)
    if weights is not None:
        assert answered(case_of_weights(weights).weight) == answered(whole(alice).weight)
    assert (nights, weights) != (None, None)


def test_the_last_recorded_weight_of_a_day_counts(alice: Person) -> None:
    morning = entry(weight_kg=80.0)
    noon = msgspec.structs.replace(morning, recorded_at=morning.recorded_at.replace(hour=12), weight_kg=79.0)
    same_time: list[Entry] = [
        msgspec.structs.replace(noon, id=entry().id, weight_kg=weight) for weight in (77.0, 78.0, 76.0, 75.0)
    ]
    write(alice, msgspec.structs.replace(noon, id=entry().id), *same_time, morning)
    _, weights = told_of(alice)
    assert answered(case_of_weights(weights).weight) == answered(whole(alice).weight)
    assert len(answered(whole(alice).weight)) == 1
