"""Refusals as RFC 9457 problem details: the framework's `EXCEPTION_HANDLER`."""

from http import HTTPStatus

from django.http import HttpResponse
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, Throttled

from diary.access.levels import not_signed_in
from diary.format.strict_json import Invalid
from diary.problems import Problem, problem_response, too_many


def problem_for_exception(exception: Exception, _: object) -> HttpResponse | None:
    """The problem's document; None lets anything that is no refusal rise."""
    if not isinstance(exception, Problem | Invalid | APIException):
        return None
    return refused(as_problem(exception))


def refused(problem: Problem) -> HttpResponse:
    """The problem as its document."""
    return problem_response(problem.body(), headers=problem.headers)


def as_problem(refusal: Problem | Invalid | APIException) -> Problem:
    """The refusal as a problem."""
    if isinstance(refusal, Problem):
        return refusal
    if isinstance(refusal, Invalid):
        return Problem(400, "The request holds what is not accepted here.", errors=refusal.errors)
    if isinstance(refusal, NotAuthenticated | AuthenticationFailed):
        return not_signed_in()
    if isinstance(refusal, Throttled):
        return too_many(getattr(refusal, "wait", None) or 0)
    return Problem(refusal.status_code, HTTPStatus(refusal.status_code).description)
