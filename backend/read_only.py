"""Addresses that can only be read: any other method is refused as a problem, as everywhere else."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from diary.problems import method_not_allowed, problem_response

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def read_only(view: View[Arguments]) -> View[Arguments]:
    """The view for GET and HEAD; 405 for the rest."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return problem_response(method_not_allowed("GET, HEAD"))
        return view(request, *args, **kwargs)

    return answered
