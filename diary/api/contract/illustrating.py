"""Examples in the published contract: for every JSON body and answer that of its shape, for every refusal a problem."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from diary.access.circle import already_in_circle
from diary.access.levels import not_signed_in
from diary.api.account import password_required
from diary.api.contract.description import Shape
from diary.api.framework.parsers import SMALL, late, not_json, too_large
from diary.api.imports import LARGEST as LARGEST_DOCUMENT
from diary.api.resources import REFUSED
from diary.api.shapes import DiaryDocument, SyncRequest
from diary.api.sync import LARGEST as LARGEST_SYNC
from diary.format.strict_json import FieldError
from diary.problem_types import ProblemType
from diary.problems import CONTENT_TYPE, Problem, invalid, not_found, too_many

Examples = Mapping[Shape, Any]
"""By shape, one value of it as JSON has it."""
_JSON: Final = "application/json"
_PROBLEMS: Final[Mapping[str, Problem]] = {
    str(problem.status): problem
    for problem in (
        invalid([FieldError("/colour", "unknown_field", "is not a parameter here")]),
        not_signed_in(),
        password_required(),
        not_found(),
        *(Problem(*refused) for refused in REFUSED.values()),
        late(),
        not_json(),
        too_many(30),
        Problem(ProblemType.MAIL_NOT_SENT, "The email with the code could not be sent. Try again in a minute."),
    )
}


def full(shape: Shape, **members: Any) -> dict[str, Any]:
    """An answer of this shape with every field it has, null where `members` say nothing. Raises ValidationError."""
    shown: dict[str, Any] = msgspec.to_builtins(msgspec.convert(members, shape))
    return shown


def illustrate(result: dict[str, Any], examples: Examples) -> dict[str, Any]:
    """Put the examples beside the bodies and answers in the contract whose shapes they are of."""
    by_reference = {_reference(shape): value for shape, value in examples.items()}
    for methods in result["paths"].values():
        for operation in methods.values():
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                for told in part.get("content", {}).values():
                    if told["schema"].get("$ref") in by_reference:
                        told["example"] = by_reference[told["schema"]["$ref"]]
    return result


def illustrate_problems(result: dict[str, Any]) -> dict[str, Any]:
    """Put a problem beside every status that refuses and has no example yet."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                told = answer.get("content", {}).get(CONTENT_TYPE)
                if told and "example" not in told:
                    told["example"] = _problem(status, operation, methods)
    return result


def _problem(status: str, operation: Mapping[str, Any], methods: Mapping[str, Any]) -> dict[str, Any]:
    """The problem of that status; what has versions tells beside it what stands."""
    versioned = "412" in operation["responses"]
    if status == "409" and not versioned:
        return already_in_circle().body()
    if status == "413":
        return too_large(_LARGEST.get(operation["requestBody"]["content"][_JSON]["schema"]["$ref"], SMALL)).body()
    standing = _standing(operation, methods) if status in {"409", "412"} else {}
    return _PROBLEMS[status].body() | standing


def _standing(operation: Mapping[str, Any], methods: Mapping[str, Any]) -> dict[str, Any]:
    """`current`: what the operation answers with, or of a delete what reading answers with."""
    answers = operation["responses"] if "200" in operation["responses"] else methods["get"]["responses"]
    shown = answers["200"]["content"][_JSON]["example"]
    return {"current": {name: value for name, value in shown.items() if name != "raised"}}


def _reference(shape: Shape) -> str:
    return f"#/components/schemas/{shape.__name__}"


_LARGEST: Final = {_reference(SyncRequest): LARGEST_SYNC, _reference(DiaryDocument): LARGEST_DOCUMENT}
