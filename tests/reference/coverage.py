"""How often the random diaries reach each rule and each branch: `python -m tests.reference.coverage [diaries]`."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

from tests.reference import last_date
from tests.reference.diaries import diary, scenario_of
from tests.reference.episodes import NIGHT, PATTERNS, assessments, findings_of, held_days, in_force
from tests.reference.records import trials
from tests.reference.trials import counts_as_not_responded
from tests.reference.words import Diary


def trial_branches(asked: Diary) -> set[str]:
    """Which verdicts were reached, and in which order they replaced one another."""
    reached = set()
    for trial in trials(asked):
        states = asked.memory.get(("states", id(trial)), {})
        verdicts = [states[day].verdict for day in sorted(states)]
        reached |= {f"verdict {verdict}" for verdict in verdicts}
        reached |= {f"verdict {a} -> {b}" for a, b in pairwise(verdicts) if a != b}
        if any(state.verdict == "not_responded" and not state.question for state in states.values()):
            reached.add("no baseline, not responded")
        uncertain = [day for day, state in states.items() if state.verdict == "uncertain"]
        if any(counts_as_not_responded(asked, trial, day) for day in uncertain):
            reached.add("uncertain counts as not responded")
    return reached


def alert_branches(asked: Diary, found: list[tuple[str, date]]) -> set[str]:
    """Why a finding came after an earlier one of the same rule."""
    reached, last = set(), dict[str, date]()
    for rule, day in found:
        name = NIGHT[0] if rule in NIGHT else rule
        if rule in PATTERNS and name in last:
            apart = (day - last[name]).days
            since = any(last[name] < visit <= day for visit in assessments(asked))
            reached.add(f"{name} again " + ("after a visit" if since else "after 180" if apart >= 180 else "changed"))
        elif rule in PATTERNS and in_force(asked, day):
            reached.add(f"{name} first while assessed")
        elif name in last:
            reached.add(f"{name} again, a new episode")
        last[name] = day
    return reached


def branches(document: dict[str, Any]) -> set[str]:
    until = last_date(document)
    if until is None:
        return {"empty"}
    asked = Diary(document)
    held = held_days(asked, until)
    found = findings_of(asked, held)
    return {rule for rule, _ in found} | trial_branches(asked) | alert_branches(asked, found)


def main(diaries: int) -> None:
    reached: Counter[str] = Counter()
    fired: dict[str, Counter[str]] = {}
    for seed in range(diaries):
        seen = branches(diary(seed))
        reached.update(seen)
        fired.setdefault(scenario_of(seed).__name__, Counter()).update(seen)
    for branch, count in sorted(reached.items()):
        best = max(fired, key=lambda name: fired[name][branch])
        sys.stdout.write(f"{count:6} {count / diaries:6.1%}  {branch}  (most in {best})\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
