"""The parts of the doctor's page in words: every count with its denominator, and no answer never shown as a no."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from alerts.rules import history as seen
from alerts.rules.case import Case
from alerts.rules.history import Profile, Treatment
from diary.format.fields import Event
from papers.reading import Reading
from papers.report.background import gaps, happened, history
from papers.report.findings import findings
from papers.report.reasons import MOST, all_counts, reasons
from papers.report.shapes import Facts
from papers.report.treatments import treatments
from tests.papers.readings import alert, day, entry, event, reading, treatment


def told(part: Facts) -> dict[str, str]:
    return {fact.label: fact.value for fact in part.facts}


def test_a_symptom_is_told_with_the_days_on_which_it_was_answered() -> None:
    said = told(
        findings(
            reading(
                entry(0, symptoms={"cough": True, "fever": False}),
                entry(1, symptoms={"cough": False}),
                entry(2, symptoms={"fatigue": True}, worse_lying_down=True),
                entry(3, worst_pain=2),
            )
        )
    )
    assert said["Cough"] == "yes on 1 of 2 answered days"
    assert said["Fatigue"] == "yes on 1 of 1 answered days"
    assert said["Pain worse lying down"] == "yes on 1 of 1 answered days"
    assert said["Answered, and never yes"] == "Fever"
    assert "Blood when coughing" not in said


def test_the_most_frequent_symptom_comes_first_and_what_has_no_room_is_named() -> None:
    names = ["cough", "fatigue", "fever", "collapse", "leg_weak", "height_loss", "appetite_loss", "chest_pain"]
    part = findings(
        reading(entry(0, symptoms=dict.fromkeys([*names, "breathlessness"], True)), entry(1, symptoms={"fever": True}))
    )
    labels = [fact.label for fact in part.facts if fact.value.startswith("yes")]
    assert (labels[0], len(labels)) == ("Fever", 8)
    assert part.more == "Also: Weakness in a leg."


def test_places_are_counted_on_the_days_that_name_any() -> None:
    said = told(findings(reading(entry(0, sites=("neck", "hip")), entry(1, sites=()), entry(2, sites=("neck",)))))
    assert said["Where it hurts (days of those answered)"] == "neck 2/3, hip 1/3"


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({}, "not recorded"),
        ({5: 70.25}, "70.2 kg on 6 Jun 2026"),
        ({0: 71, 20: 70}, "71 kg on 1 Jun 2026; 70 kg on 21 Jun 2026"),
        ({10: 70, 14: 70, 20: 70}, "70 kg now (median of 28 days)"),
        (
            {-70: 75, -65: 75, 10: 70, 14: 70, 20: 70},
            "70 kg now (median of 28 days); 75 kg 76 to 104 days before (−6.7%)",
        ),
    ],
)
def test_weight_is_told_by_the_medians_of_the_rules_or_by_the_first_and_the_last(
    weights: dict[int, float], words: str
) -> None:
    assert told(findings(reading(*(entry(on, weight_kg=kg) for on, kg in weights.items()))))["Weight"] == words


def rows(*entries: object, tried: Sequence[Treatment]) -> list[list[str]]:
    return [list(row) for row in treatments(reading(*entries, treatments=tried)).rows]  # type: ignore[arg-type]


def test_a_treatment_is_told_with_its_days_how_often_it_was_taken_and_before_and_after() -> None:
    tablet = treatment(daily_dose=1200, dose_unit="mg", started_on=day(8))
    before = [entry(number, worst_pain=8) for number in range(1, 8)]
    after = [entry(number, worst_pain=4, treatments_taken={tablet.id: number != 10}) for number in range(8, 28)]
    (row,) = rows(*before, *after, tried=[tablet])
    assert row == [
        "Ibuprofen 1200 mg (Medication)",
        "since 9 Jun 2026",
        "19 of 20 answered days",
        "8 (n = 7) → 4 (n = 7), worst pain",
        "response",
    ]


def test_what_is_not_known_of_a_treatment_says_so() -> None:
    (row,) = rows(tried=[treatment("Heat", kind="heat", started_on=day(20), stopped_on=day(24))])
    assert row[1:] == [
        "21 Jun 2026 to 25 Jun 2026",
        "not answered",
        "not known",
        "not judged: too short, or taken too rarely",
    ]


def test_a_score_from_memory_is_told_as_such() -> None:
    tablet = treatment(started_on=day(0), recalled_score_before=9)
    (row,) = rows(*(entry(number, worst_pain=8) for number in range(28)), tried=[tablet])
    assert row[3] == "9 (recalled) → 8 (n = 7), worst pain"


def test_a_lower_dose_has_its_row_though_it_is_no_attempt_of_its_own() -> None:
    high = treatment(daily_dose=600, started_on=day(0), stopped_on=day(9))
    low = treatment(daily_dose=200, started_on=day(10))
    assert [row[0] for row in rows(tried=[high, low])] == ["Ibuprofen 200 (Medication)", "Ibuprofen 600 (Medication)"]


def test_what_has_no_room_is_counted() -> None:
    part = treatments(reading(treatments=[treatment(f"Tablet {number}") for number in range(7)]))
    assert (len(part.rows), part.more) == (5, "2 more in the appendix.")


def test_a_visit_is_told_with_what_came_of_it_and_an_event_with_its_force() -> None:
    visit = event(5, assessed_pain=6)
    asked = alert(3, state="closed", outcome="being_investigated", visit_id=visit.id)
    said = told(happened(reading(events=[visit, event(2, "fall", trauma="minor", site="hip")], alerts=[asked])))
    assert said == {
        "6 Jun 2026": (
            "Visit to a doctor, pain at the visit 6 of 10, doctor's answer as noted by the person: being investigated"
        ),
        "3 Jun 2026": "Fall, minor trauma, hip",
    }


def test_the_last_visit_before_the_page_begins_is_told() -> None:
    seen = Event(id=uuid4(), kind="doctor_visit", date=date(2025, 11, 3))
    shown = happened(with_visit(seen))
    assert told(shown) == {"Last visit about this pain before": "3 Nov 2025"}


def with_visit(visit: Event) -> Reading:
    """What the rules know of it, too."""
    known = seen.Event(id=str(visit.id), kind=visit.kind, date=visit.date)
    empty = reading(events=[visit])
    return replace(empty, case=Case(seen.History(events=(known,))))


def test_history_has_three_answers() -> None:
    said = told(history(reading(profile=Profile(cancer_history=True, osteoporosis=False, smoking="former"))))
    assert (said["Cancer"], said["Osteoporosis"], said["Steroid use"]) == ("yes", "no", "not answered")
    assert said["Smoking"] == "former"


def test_gaps_are_told_with_the_longest() -> None:
    said = told(gaps(reading(*(entry(number, worst_pain=3) for number in (0, 1, 2, 9, 10, 27)), entry(11, sites=()))))
    assert said == {
        "Days without an entry": "21 of 28; longest gap 15 days: 13 Jun 2026 to 27 Jun 2026",
        "Days with an answer on night or rest pain": "0 of 7",
        "Days with a score for worst pain": "6 of 7",
        "Days with a weight": "0 of 7",
    }


def test_a_diary_without_gaps_names_none() -> None:
    whole = reading(*(entry(number, worst_pain=3) for number in range(28)))
    assert told(gaps(whole))["Days without an entry"] == "0 of 28"


def test_a_reason_is_a_neutral_line_with_its_date_its_count_and_its_rule() -> None:
    (reason,) = reasons([alert(3)], screened=True).reasons
    assert reason.title == "New numbness, weakness, or bladder or bowel change"
    assert reason.when == "4 Jun 2026 · emergency · open"
    assert reason.basis == "Noted that day: numbness between the legs."
    assert reason.rule == "Rule cauda_equina, version 1."


def test_open_alerts_come_before_newer_ones_that_are_closed() -> None:
    newest_first = [*(alert(20 - number, state="closed") for number in range(MOST)), alert(1)]
    shown = reasons(newest_first, screened=True)
    assert shown.reasons[0].when == "2 Jun 2026 · emergency · open"
    assert shown.more == "1 more in the appendix."
    everything = all_counts(newest_first)
    assert everything is not None
    assert len(everything.paragraphs) == MOST + 1


def test_no_alert_is_no_all_clear_and_nothing_is_claimed_before_everything_was_screened() -> None:
    assert reasons([], screened=True).otherwise.endswith("That is not an all-clear.")
    pending = reasons([], screened=False)
    assert (pending.otherwise, pending.more.startswith("The newest entries are still being checked")) == ("", True)
    assert reasons([alert(1)], screened=False).more == pending.more


def test_a_day_of_long_ago_is_not_in_the_counts() -> None:
    old = entry((date(2026, 1, 1) - day(0)) // timedelta(days=1), symptoms={"collapse": True})
    assert "Collapse" not in told(findings(reading(old, entry(0, worst_pain=1))))
