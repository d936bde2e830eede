"""An answer is named in few places: none of them may leave it out (CONTRIBUTING, "Add a field to the entry")."""

import json
from typing import Any

import msgspec
import pytest

from alerts.api.days import DiaryDay
from alerts.histories.of_diary import history_of_document, history_of_patient
from alerts.rules.history import Answers
from diary.format.document import parse
from diary.format.fields import Entry
from diary.models import Patient
from tests.cast import Person
from tests.diary.recordings import entry, full_entry

NOT_FOR_RULES = {"id", "date", "recorded_at", "time_zone", "qualities", "note"}

pytestmark = pytest.mark.django_db


def shown(answers: Answers) -> dict[str, Any]:
    """As JSON shows them."""
    named = {name: getattr(answers, name) for name in Answers.__struct_fields__}
    mappings = {"symptoms": dict(answers.symptoms), "treatments_taken": dict(answers.treatments_taken)}
    return dict(json.loads(msgspec.json.encode(named | mappings)))


def answered(content: dict[str, Any]) -> dict[str, Any]:
    """What the rules may ask of an entry."""
    return {name: answer for name, answer in content.items() if name not in NOT_FOR_RULES}


def test_a_full_entry_answers_everything() -> None:
    assert set(full_entry()) == set(Entry.__struct_fields__)
    assert not [name for name, answer in full_entry().items() if answer is None]


def test_the_rules_may_ask_for_every_answer_but_these() -> None:
    assert set(Entry.__struct_fields__) - set(Answers.__struct_fields__) == NOT_FOR_RULES


def test_what_is_written_reads_back_whole_and_the_rules_see_it_all(alice: Person) -> None:
    sent = full_entry()
    assert alice.put(f"patients/me/entries/{sent['id']}", sent).status == 201
    read = alice.get(f"patients/me/entries/{sent['id']}").body
    assert {name: read[name] for name in sent} == sent
    (stored,) = history_of_patient(Patient.objects.get(pk=alice.patient_id)).entries
    assert shown(stored) == answered(sent)


def test_a_document_says_the_same() -> None:
    sent = full_entry()
    document = {"format": "symptom-diary/1", "patient": {}, "entries": [sent], "treatments": [], "events": []}
    (stored,) = history_of_document(parse(json.dumps(document).encode())).entries
    assert shown(stored) == answered(sent)


@pytest.mark.parametrize("beside", [[], [entry(note="Nothing else.")], [entry(worst_pain=0)]])
def test_a_day_shows_every_answer_also_merged_with_other_entries(alice: Person, beside: list[dict[str, Any]]) -> None:
    sent = full_entry()
    for one in [sent, *beside]:
        assert alice.put(f"patients/me/entries/{one['id']}", one).status == 201
    (day,) = alice.get("patients/me/days").body["items"]
    merged = answered(sent) | {"sites": sorted(sent["sites"])}
    assert {name: sorted(day[name]) if name == "sites" else day[name] for name in merged} == merged
    assert set(Answers.__struct_fields__) <= set(DiaryDay.__struct_fields__)
