"""A small fixed cohort: fails when a change of the rules makes a figure worse.

The people and seeds here are for this test alone; the published figures rest on others.
"""

from alerts.scoring.evidence import cohort_figures, evidence_page
from alerts.scoring.figures import Figure

SEED, PEOPLE = 7, 14
COHORTS = ("complete", "missing-30", "triggers")

AT_LEAST = {
    ("complete", "people found, of those whose true state meets a rule"): 100,
    ("complete", "malignant: alerted before the diagnosis"): 100,
    ("missing-30", "people found, of those whose true state meets a rule"): 100,
    ("missing-30", "malignant: at least 8 weeks before"): 100,
    ("triggers", "danger signs found on the entry that carries them"): 100,
}
AT_MOST = {
    ("complete", "delay, median"): 0,
    ("missing-30", "delay, median"): 3,
    ("complete", "assessed benign pain, all: alerts"): 0,
    ("complete", "rule-false alerts"): 20,
    ("triggers", "danger alerts without a sign"): 0,
}


def values(found: list[Figure]) -> dict[tuple[str, str], float]:
    return {
        (figure.cohort, figure.name): figure.estimate.value for figure in found if figure.estimate.value is not None
    }


def test_no_figure_of_the_small_cohort_is_worse_than_before() -> None:
    measured = values(
        [figure for cohort in COHORTS for figure in cohort_figures(cohort, seed=SEED, count=PEOPLE, jobs=1)]
    )
    assert {name: measured[name] for name, least in AT_LEAST.items() if measured[name] < least} == {}
    assert {name: measured[name] for name, most in AT_MOST.items() if measured[name] > most} == {}


def test_the_page_says_that_the_people_are_synthetic_and_names_the_seed() -> None:
    page = evidence_page(cohort_figures("triggers", seed=SEED, count=1, jobs=1), seed=SEED, count=1)
    assert "**synthetic**" in page
    assert f"seed {SEED}" in page
    assert "| danger signs found on the entry that carries them (%) | 100 |" in page
