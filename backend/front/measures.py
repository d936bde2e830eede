"""How many requests came, how they were answered, and how long their clients waited.

A request is named by the template of its address (`api/v1/patients/<patient>/entries`), never by the address.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Counter, Histogram

from diary.measures import REGISTRY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ROUTE: Final = "diary.route"
NO_ROUTE: Final = "none"
"""Of what reached no view: files, unknown addresses, and what the front refused."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_REQUESTS: Final = Counter(
    "diary_requests",
    "Requests by template of the address and status.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
_SECONDS: Final = Histogram(
    "diary_request_seconds",
    "From the headers of a request to its whole answer, waiting for a thread included.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)


class NamedRoute:
    """Middleware; leaves the template of the address in the environment of the request, for the front to count by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> None:
        """The address was found."""
        if request.resolver_match is not None:
            request.META[_ROUTE] = request.resolver_match.route or "/"


def route_of(environ: "WSGIEnvironment | None") -> str:
    """The template that Django found for it."""
    return str((environ or {}).get(_ROUTE, NO_ROUTE))


def count(*, method: str, route: str, status: int, seconds: float) -> None:
    """One request was answered."""
    _REQUESTS.labels(method if method in _METHODS else "other", route, status).inc()
    _SECONDS.labels(route).observe(seconds)
