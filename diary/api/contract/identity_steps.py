"""One step of the identity API, as the published contract describes it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.views import APIView

from diary.api.contract.description import Shape, operation
from diary.api.contract.identity_shapes import StepNeeded
from diary.api.shapes import Problem

_UNDER_WAY: Final = OpenApiParameter(
    "X-Session-Token",
    str,
    OpenApiParameter.HEADER,
    description="`meta.session_token` of the previous step, while a flow is pending.",
)
_REFUSALS: Final = {
    401: OpenApiResponse(
        StepNeeded, description="Not signed in, or not recently enough; `data.flows` lists the steps."
    ),
    409: OpenApiResponse(Problem, description="This step was not started, or is already complete."),
    410: OpenApiResponse(Problem, description="The session has ended. Sign in again."),
}


def step(
    summary: str,
    *,
    name: str,
    body: Shape | None = None,
    gives: Shape | None = None,
    problems: Sequence[int] = (),
    refusals: Mapping[int, OpenApiResponse] = MappingProxyType({}),
    parameters: Sequence[OpenApiParameter] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What the contract says of a step of signing in; without `gives` it always ends in 401, with the next step.

    `refusals` says it of a problem with more members than a problem has.
    """
    return operation(
        summary,
        tag="Identity",
        body=body,
        answers={200: gives} if gives else {},
        problems=(409, 410, *problems),
        name=name,
        refusals={**_REFUSALS, **refusals},
        headers=[_UNDER_WAY, *parameters],
    )


class Unsigned(APIView):
    """For who has no token yet."""

    authentication_classes = []
