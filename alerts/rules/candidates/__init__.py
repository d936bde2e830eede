"""Candidate versions of rules: tried beside the active ones, never active themselves.

To add one, write `alerts/rules/candidates/<rule id>_<version>.py`. It names a `RULE` with the id of an active rule and
a higher version, as a rule a replay can compare (`manage.py replay --rule ID`) and synthetic people can be scored with:

    RULE = replace(worsening_pain.RULE, version=3, source="...", checks=checks)

Its docstring says what it asks differently and why. What it does not name stays as in the active version. Then list
it in `_RULES` here, and give it a table of short histories in `tests/alerts/rules/candidates/`. It becomes active by
moving into the file of its rule, once a replay has shown which alerts are gained and lost; or it is deleted.

    screen(history, rules=rules_with(candidate_of("worsening_pain")))

screens with it: rules that depend on the rule (`night_rest_persistent` on the core rule, `building_pattern` on every
see-a-doctor rule) see the candidate in its place. Versions that belong together are given together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alerts.rules.candidates import night_rest_not_responding_3, night_rest_persistent_3, weight_loss_3
from alerts.rules.rule import Rule

_RULES: tuple[Rule, ...] = (night_rest_not_responding_3.RULE, night_rest_persistent_3.RULE, weight_loss_3.RULE)
"""Every candidate, of one rule the older version first."""

CANDIDATES: Mapping[str, Sequence[Rule]] = {
    rule.id: tuple(other for other in _RULES if other.id == rule.id) for rule in _RULES
}
"""The candidates by the id of their rule."""


def candidate_of(rule: str, version: int | None = None) -> Rule:
    """The candidate of a rule: the given version, else the newest. Raises LookupError when there is none."""
    for candidate in reversed(CANDIDATES.get(rule, ())):
        if version in (None, candidate.version):
            return candidate
    raise LookupError(f"no candidate of {rule}" if version is None else f"no candidate of {rule} in version {version}")
