"""Refusals as RFC 9457 problem details: the framework's `EXCEPTION_HANDLER`."""

from django.http import HttpResponse
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, Throttled

from diary.access.levels import not_signed_in
from diary.format.strict_json import Invalid
from diary.problem_types import type_for_status
from diary.problems import Problem, invalid, problem_response, too_many


def problem_for_exception(exception: Exception, _: object) -> HttpResponse | None:
    """The problem's document; None lets anything that is no refusal rise."""
    if not isinstance(exception, Problem | Invalid | APIException):
        return None
    return problem_response(as_problem(exception))


def as_problem(refusal: Problem | Invalid | APIException) -> Problem:
    """The refusal as a problem."""
    if isinstance(refusal, Problem):
        return refusal
    if isinstance(refusal, Invalid):
        return invalid(refusal.errors)
    if isinstance(refusal, NotAuthenticated | AuthenticationFailed):
        return not_signed_in()
    if isinstance(refusal, Throttled):
        return too_many(getattr(refusal, "wait", None) or 0)
    kind = type_for_status(refusal.status_code)
    return Problem(kind, kind.meaning)
