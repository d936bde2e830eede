"""What Django itself refuses, as problem details (RFC 9457); for the API: `diary.api.framework.exception_handler`."""

from django.http import HttpRequest, HttpResponse

from diary import problems
from diary.problems import problem_response


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """400: what Django itself refuses, such as an unknown host."""
    return problem_response(problems.bad_request())


def permission_denied(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """403."""
    return problem_response(problems.forbidden())


def page_not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """404: no such address. The same as for an address whose content the caller may not see."""
    return problem_response(problems.not_found())


def server_error(_request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; what went wrong is in the log."""
    return problem_response(problems.internal_error())
