"""What Django itself refuses: for a browser a page, else problem details (RFC 9457).

For the API: `diary.api.framework.exception_handler`.
"""

from django.http import HttpRequest, HttpResponse

from diary import problems
from web.errors import refusal


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """400: what Django itself refuses, such as an unknown host."""
    return refusal(request, problems.bad_request())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """403."""
    return refusal(request, problems.forbidden())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django names it
    """404: no such address. The same as for an address whose content the caller may not see."""
    return refusal(request, problems.not_found())


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; what went wrong is in the log."""
    return refusal(request, problems.internal_error())
