"""The views that the service answers with."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver


def views_below(prefix: str, patterns: list[Any], path: str = "") -> Iterator[tuple[str, type]]:
    """Every address that begins with `prefix`, and its view."""
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views_below(prefix, pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and here.startswith(prefix):
            yield here, pattern.callback.view_class  # type: ignore[attr-defined]
