"""The kinds of step that an escalation has: words that its plan, which is pure, and its table share."""

from typing import Final, Literal

PlannedStep = Literal["told", "escalated", "reminder", "asked_again", "question", "reopened"]
"""What a step is: the opening itself, the next group or round, everyone after two weeks in which no one acted, or after
two weeks since someone said that they had not been to a doctor; and once someone has taken it on, "Were you seen?"
and opening it again when that stays unanswered."""
ME: Final = "me"
"""The patient among those whom a step names; others are named by their place in the care circle."""
