"""The words of the page of evidence."""

from __future__ import annotations

from evaluation.scoring.false_alarms import ALL, CHECK_UPS, OLDER, RULE_FALSE
from evaluation.scoring.tables import Head

HEAD = """# How good the rules are on synthetic people

All people here are **synthetic**: no public set of daily back-pain diaries with outcomes exists. `evaluation/cohorts`
draws each person's true state on every day, labels it with code of its own, and only then adds what a phone would add:
noise, gaps, late and corrected entries, people who stop writing. The figures say how the rules do on such people, not
on patients.

{count} people a cohort, seed {seed}, which was used for nothing else. Intervals are 95 % (Wilson, Byar, order
statistics). For machines the same is in [evidence.json](evidence.json). Everything here is made by

    {command}

![Found against false alarms, delay, and false alarms by class](evidence.svg)

Cohorts: *complete* diaries; 30 % and 50 % of each person's days missing, at random, rather when well or rather when at
the worst, and 5 to 15 % of the single questions of all that follow; *realistic* keeping with drop-out, late and
corrected entries; *stress*, the nights of a back-pain clinic (Harding 2005); *triggers*, planted danger signs and
near-misses; *malignant-only* and *benign-only*; *years*, ordinary pain over four years with 30 % of the days missing;
*lumbar-first*, tumours mostly low in the back; *unexamined*, where no doctor had seen anybody before the diary."""

GOALS = """## The goals

{met} of {goals} are met and {missed} missed, by the figure itself; where the interval reaches over the goal, so many
people are too few to tell. The last rows have no goal and are reported only."""
FIGURES_HEAD: Head = (
    ("figure", ":---"),
    ("value", "---:"),
    ("95 % interval", ":---:"),
    ("rests on", "---:"),
    ("goal", ":---:"),
    ("", ":---:"),
)
GOALS_HEAD: Head = (("cohort", ":---"), *FIGURES_HEAD)
REPORTED = (
    ("benign-only", "never assessed, severe chronic: advised within a year"),
    ("years", ALL),
    ("years", CHECK_UPS),
    ("years", OLDER),
    ("years", RULE_FALSE),
)

EARLIER = """## Version 1 beside version 2

Until version 1 an assessment lapsed after a year, and the pattern itself was an alarm again; since version 2 it takes
change, and an old visit asks for a check-up. The same people, screened with both; version 1 asked for no check-ups."""
EARLIER_HEAD: Head = (
    ("cohort", ":---"),
    ("figure", ":---"),
    ("version 1", ":---:"),
    ("version 2", ":---:"),
)

BY_RULE = """## Which rules alert

See-a-doctor alerts in ordinary pain (*benign-only*) by whether a doctor's examination was of the last year, older or
still to come, and how many of them are rule-false; and who is alerted first by which rule in *malignant-only*."""
BY_RULE_HEAD: Head = (
    ("rule", ":---"),
    ("assessed", "---:"),
    ("older", "---:"),
    ("not yet", "---:"),
    ("rule-false", "---:"),
    ("assessed and rule-false", "---:"),
    ("first before a diagnosis", "---:"),
)

SENSITIVITY = """## If the generator had been made otherwise

What the literature leaves open was chosen to be plausible (`evaluation/cohorts/choices.py`). Here each choice is turned
down and up, one at a time, with {count} people a cohort of the same seed; the people are the same as far as the choice
allows, so differences between rows are surer than the intervals (in brackets) suggest. "Well kept" rests on diaries of
people with a tumour only."""

CANDIDATES = """## Candidate versions

Better definitions that are not active, on the same people; chosen on other seeds and measured here once.

- *silent weeks* (`night_rest_not_responding` and `night_rest_persistent`, version 3): a week in which next to nothing
  was answered neither makes nor breaks the pattern, and a run of painful nights is not broken by days nobody wrote
  about. In a diary without gaps they say the same as the active versions.
- *kilograms* (`weight_loss`, version 3): the loss must also be at least 2 kg, because scales err in kilograms while the
  rule counts in percent, and the older weights must be at least three."""
CANDIDATES_HEAD: Head = (
    ("candidate", ":---"),
    ("cohort", ":---"),
    ("figure", ":---"),
    ("active", ":---:"),
    ("candidate", ":---:"),
)

TAIL = """## What to read into it

- The labels apply the same definitions as the rules to a diary without noise and gaps, so "found" measures what noise,
  gaps and habits cost, and that two independent codes agree; not whether the definitions are right.
- A *rule-false* alert is one whose rule the true state does not meet within a week: what noise adds.
- Days of use are days with an entry, as they were counted where the habits come from (Druce 2017); a diary is well kept
  when such habits left at least 42 of them. In *realistic*, "found" counts those whose true state meets a rule between
  their first and their last entry, which includes what happened before they began to write.
- When people with a tumour begin to write is settled by no literature. The habits are those of people in pain for three
  months or more, so here they begin on any day from three months after the first symptom to the diagnosis.
- Colds, light falls, diets, unintended losses of weight without a serious cause, renal colic and coughs of a known lung
  disease are in ordinary pain too; so is one person in twenty who notes a 7 every day.
- A fracture of the spine that is noticed (a third are) is a danger sign of its own in people with a tumour.
- The mix of people is not life's: far more are ill here, so that both sides can be measured. No predictive value
  follows from these figures."""
