"""What Django itself refuses, as problem details (RFC 9457); what the API refuses is `diary.api.exception_handler`."""

from django.http import HttpRequest, HttpResponse

from diary.problems import not_found, problem_body, problem_response


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
