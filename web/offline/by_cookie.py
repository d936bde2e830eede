"""`/by-cookie/api/v1/…`: what the script of our own pages asks of the API, as the one who is signed in in this browser.

The cookie holds a session's token, which no script can read; here it takes the place of `Authorization`, and the API's
own view answers, with its checks, limits and access log. Nothing else of the API is open to a cookie.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from diary.problems import Problem, not_found, problem_response
from web.cookie import require_our_script, token_of

ASKED: Final = frozenset(
    {("POST", "sync"), ("GET", "profile"), ("POST", "receipt"), ("POST", "preferences-test-receipt")}
)
"""Method and name of each address of the API that the script needs."""


class ByCookie(View):
    """An address of the API, asked for by a page of ours."""

    @method_decorator(csrf_exempt)  # `MARK` says where it comes from
    def dispatch(self, request: HttpRequest, address: str) -> HttpResponse:
        """What the API answers. A Problem 403 for another site, 404 for what the script does not need."""
        try:
            found = _asked_for(request, f"/api/v1/{address}")
        except Problem as problem:
            return problem_response(problem)
        request.META.pop("HTTP_AUTHORIZATION", None)
        if token := token_of(request):
            request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        request.resolver_match = found
        answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        return answer


def _asked_for(request: HttpRequest, path: str) -> ResolverMatch:
    require_our_script(request)
    try:
        found = resolve(path)
    except Resolver404:
        raise not_found() from None
    if (request.method, found.url_name) not in ASKED:
        raise not_found()
    return found
