"""Every error as problem details (RFC 9457), whoever raised it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException

from diary.problems import Problem, not_found, problem_body, problem_response


def problem_for_exception(exception: Exception, _: object) -> HttpResponse | None:
    """Django REST framework's exceptions, for the few addresses that it dispatches; None lets anything else rise."""
    if isinstance(exception, Problem):
        return problem_response(exception.body(), headers=exception.headers)
    if not isinstance(exception, APIException):
        return None
    header = getattr(exception, "auth_header", None)
    body = problem_body(status=exception.status_code, detail=HTTPStatus(exception.status_code).description)
    return problem_response(body, headers={"WWW-Authenticate": header} if header else {})


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """400: what Django itself refuses, such as an unknown host."""
    return problem_response(problem_body(status=400, detail="The request cannot be understood."))


def permission_denied(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """403."""
    return problem_response(problem_body(status=403, detail="This is not allowed."))


def page_not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """404: no such address. Not a word more than for an address whose content the caller may not see."""
    return problem_response(not_found().body())


def server_error(_request: HttpRequest) -> HttpResponse:
    """500: our fault; what went wrong is in the log."""
    return problem_response(
        problem_body(status=500, detail="Something went wrong here. What was not confirmed is not stored.")
    )
