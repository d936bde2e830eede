"""Whether an answer is as a script expects it.

An expected object names the members that matter; others may be there. A list must match in length and order. The
objects `{"$any": true}`, `{"$length": n}` and `{"$contains": [...]}` (each must match one item) say less.
"""

from collections.abc import Iterator
from typing import Any


def differences(expected: Any, actual: Any, at: str = "") -> Iterator[str]:
    """What is not as expected: where (JSON Pointer), and how."""
    if isinstance(expected, dict):
        yield from _object_differences(expected, actual, at)
    elif isinstance(expected, list):
        yield from _list_differences(expected, actual, at)
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{at or '/'} is {actual!r}, expected {expected!r}"


def _object_differences(expected: dict[str, Any], actual: Any, at: str) -> Iterator[str]:
    if "$any" in expected:
        return
    if "$length" in expected or "$contains" in expected:
        yield from _loose_differences(expected, actual, at)
    elif not isinstance(actual, dict):
        yield f"{at or '/'} is {actual!r}, expected an object"
    else:
        for name, value in expected.items():
            if name in actual:
                yield from differences(value, actual[name], f"{at}/{name}")
            else:
                yield f"{at}/{name} is missing"


def _list_differences(expected: list[Any], actual: Any, at: str) -> Iterator[str]:
    if not isinstance(actual, list) or len(actual) != len(expected):
        yield f"{at or '/'} is {actual!r}, expected a list of {len(expected)}"
        return
    for number, (each, found) in enumerate(zip(expected, actual, strict=True)):
        yield from differences(each, found, f"{at}/{number}")


def _loose_differences(expected: dict[str, Any], actual: Any, at: str) -> Iterator[str]:
    if not isinstance(actual, list):
        yield f"{at or '/'} is {actual!r}, expected a list"
        return
    if "$length" in expected and len(actual) != expected["$length"]:
        yield f"{at or '/'} has {len(actual)} items, expected {expected['$length']}"
    for each in expected.get("$contains", []):
        if not any(not list(differences(each, found)) for found in actual):
            yield f"{at or '/'} has no item like {each!r}"
