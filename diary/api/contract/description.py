"""How an operation is described in the published contract, and where its schemas come from: the structs that also
validate.

`@operation(...)` stands above a view's method; its docstring is the description.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

import msgspec
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from diary.api.framework.parameters import Parameter, declare
from diary.api.framework.parsers import FILE
from diary.api.shapes import Problem
from diary.format.fields import Entry, Symptoms

Method = TypeVar("Method", bound=Callable[..., Any])
View = TypeVar("View", bound=type)
Shape = type[msgspec.Struct]

_PROBLEMS: Final[Mapping[int, str]] = {
    400: "The request is invalid; `errors` lists the fields.",
    401: "The access token is missing, expired or revoked.",
    403: "The person must confirm who they are; `type` says how.",
    404: "Not found, or not visible to the caller.",
    408: "The body did not arrive in time. Sending the request again is safe.",
    409: "Different content is stored here, shown in `current`, or the step is not possible; `type` says which.",
    410: "It was deleted; its id can't be used again.",
    412: "The version in `If-Match` is not the current one; `current` is what is stored.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8, or is compressed.",
    429: "Too many requests; wait for `Retry-After` seconds.",
    503: "Temporarily unavailable; try again after `Retry-After` seconds.",
}
_IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^("[1-9][0-9]{0,8}"|\\*)$'},
    OpenApiParameter.HEADER,
    description='The version to replace, as its ETag (`"3"`), or `*` for any version.',
)
_IF_NONE_MATCH: Final = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "The ETag of an answer that the app has kept; 304 says that it is still the same.",
}
_CONTENT_TAG: Final = {"schema": {"type": "string"}, "description": "For `If-None-Match`."}
_RETRY_AFTER: Final = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, response=[429], description="Seconds to wait before trying again."
)


def operation(
    summary: str,
    *,
    tag: str,
    answers: Mapping[int, Shape | None],
    body: Shape | None = None,
    takes_files: bool = False,
    problems: Sequence[int] = (),
    query: Sequence[Parameter[Any]] = (),
    versioned: bool = False,
    file: str | None = None,
    name: str | None = None,
    refusals: Mapping[int, OpenApiResponse] = MappingProxyType({}),
    headers: Sequence[OpenApiParameter] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What the contract says of a method: its body and answers by status, and which problems it may raise.

    The parameters in `query` are also those that a request is read by (`ApiView.asked`).

    `refusals` says it of a problem that means something else here than elsewhere, or has more members.
    `takes_files` is for a body that may also be a file of any kind.
    `file` is the content type of an answer that is a file and no JSON.
    `versioned` is for what has an ETag; a body (or a delete) of such may carry If-Match.
    """
    refused = sorted({400, 401, 429, *problems, *((408, 413, 415) if body else ())})
    parameters = [
        *(parameter.published for parameter in query),
        *headers,
        _RETRY_AFTER,
        *([_etag(answers)] if versioned and any(answers.values()) else []),
    ]
    if versioned and 412 in refused:
        parameters.append(_IF_MATCH)
    described = extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        request={"application/json": body, **({FILE: OpenApiTypes.BINARY} if takes_files else {})} if body else None,
        responses={
            **{status: _answer(status, shape) for status, shape in answers.items()},
            **({(200, file): OpenApiResponse(_file(file), description="A file.")} if file else {}),
            **{
                (status, "application/problem+json"): refusals[status] if status in refusals else _problem(status)
                for status in refused
            },
        },
        parameters=parameters,
    )
    return lambda method: described(declare(method, query))


def operations(**by_method: Callable[[Any], Any]) -> Callable[[View], View]:
    """The same for methods that a view inherits."""
    return cast("Callable[[View], View]", extend_schema_view(**by_method))


def require_bodies(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A body that an operation takes must be there, also where every member of it may be left out."""
    for methods in result["paths"].values():
        for described in methods.values():
            if "requestBody" in described:
                described["requestBody"]["required"] = True
    return result


def tell_of_unchanged(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What is read with a token has an ETag, and 304 answers whoever has it already."""
    for path, methods in result["paths"].items():
        read = methods.get("get", {})
        answer = read.get("responses", {}).get("200", {})
        if not path.startswith("/api/v1/") or "application/json" not in answer.get("content", {}):
            continue
        read.setdefault("parameters", []).append(_IF_NONE_MATCH)
        answer.setdefault("headers", {}).setdefault("ETag", _CONTENT_TAG)
        read["responses"]["304"] = {"description": "Unchanged since the answer with this ETag."}
    return result


def _answer(status: int, shape: Shape | None) -> OpenApiResponse:
    return OpenApiResponse(shape, description=HTTPStatus(status).phrase)


def _file(content_type: str) -> OpenApiTypes:
    return OpenApiTypes.OBJECT if content_type.endswith("json") else OpenApiTypes.BINARY


def _problem(status: int) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=_PROBLEMS[status])


def _etag(answers: Mapping[int, Shape | None]) -> OpenApiParameter:
    statuses = [status for status, shape in answers.items() if shape]
    return OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=statuses, description="The version.")


class StructSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Schemas from msgspec's structs."""

    target_class = "msgspec.Struct"
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        """The name of the component."""
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """The schema of the struct; those of the structs in it become components too."""
        _, schemas = msgspec.json.schema_components([self.target], ref_template="#/components/schemas/{name}")
        shapes = _shapes_in(msgspec.inspect.type_info(self.target))
        for name, schema in schemas.items():
            if not shapes[name].__struct_config__.forbid_unknown_fields:
                _require_what_is_always_there(shapes[name], schema)
            _allow_nulls_for_no_answer(shapes[name], schema)
            if shapes[name] is not self.target:
                auto_schema.registry.register_on_missing(_component(shapes[name], schema))
        return dict(schemas[self.target.__name__])


def _component(shape: Shape, schema: dict[str, Any]) -> ResolvedComponent:
    kind = ResolvedComponent.SCHEMA
    return ResolvedComponent(name=shape.__name__, type=kind, object=shape, schema=schema)  # type: ignore[no-untyped-call]


def _require_what_is_always_there(shape: Shape, schema: dict[str, Any]) -> None:
    """An answer has every field, null where nothing is known, but for those that are unset by default."""
    fields = msgspec.structs.fields(shape)
    schema["required"] = [field.name for field in fields if field.default is not msgspec.UNSET]
    for described in schema["properties"].values():
        described.pop("default", None)


def _allow_nulls_for_no_answer(shape: Shape, schema: dict[str, Any]) -> None:
    """Among many answers null is one that was not given (`diary.format.tolerance`)."""
    answers: list[dict[str, Any]] = []
    if shape is Symptoms:
        answers = list(schema["properties"].values())
    elif shape is Entry:
        answers = [taken["additionalProperties"] for taken in schema["properties"]["treatments_taken"]["anyOf"][:1]]
    for answer in answers:
        answer["type"] = [answer["type"], "null"]


def _shapes_in(kind: Any) -> dict[str, Shape]:
    """Every struct in a type, by name."""
    found: dict[str, Shape] = {}
    if isinstance(kind, msgspec.inspect.StructType):
        found[kind.cls.__name__] = kind.cls
        inner: list[Any] = [field.type for field in kind.fields]
    elif isinstance(kind, msgspec.inspect.UnionType):
        inner = list(kind.types)
    elif isinstance(kind, msgspec.inspect.Metadata):
        inner = [kind.type]
    elif isinstance(kind, msgspec.inspect.DictType):
        inner = [kind.value_type]
    else:
        inner = [kind.item_type] if hasattr(kind, "item_type") else []
    for each in inner:
        found |= _shapes_in(each)
    return found
