"""A question that a case answers once: the answer is kept in its memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, TypeVarTuple

from alerts.rules.case import Case

Arguments = TypeVarTuple("Arguments")
Answer = TypeVar("Answer")


def remembered(
    question: Callable[[Case, *Arguments], Answer],
) -> Callable[[Case, *Arguments], Answer]:
    """Lets a case remember the answer, for questions that several rules ask about the same day."""

    @wraps(question)
    def ask(case: Case, *args: *Arguments) -> Answer:
        key = (question, args)
        try:
            answer: Answer = case.memory[key]
        except KeyError:
            answer = case.memory[key] = question(case, *args)
        return answer

    return ask


def remembered_by_version(
    question: Callable[[Case], Answer],
) -> Callable[[Case], Answer]:
    """The same for what depends on the versions of the rules: a case with other versions finds it out again."""

    @wraps(question)
    def ask(case: Case) -> Answer:
        key = (question.__qualname__,)
        if key not in case.memory:
            case.memory[key] = question(case)
        answer: Answer = case.memory[key]
        return answer

    return ask
