"""The kinds of step that an escalation has: words that its plan, which is pure, and its table share."""

from typing import Literal

PlannedStep = Literal["told", "escalated", "reminder", "asked_again", "question", "reopened"]
"""What a step is: the opening itself, the next group or round, everyone after two weeks in which nobody acted, or after
two weeks since somebody said that they had not been to a doctor; and once somebody has taken it on, "Were you seen?"
and opening it again when that stays unanswered."""
