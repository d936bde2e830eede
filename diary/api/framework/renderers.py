"""Answers: JSON as msgspec writes it, which knows structs, dates and UUIDs."""

from collections.abc import Mapping
from typing import Any

import msgspec
from rest_framework.renderers import BaseRenderer


class JsonRenderer(BaseRenderer):
    """`application/json`, whose encoding goes without saying (RFC 8259)."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The bytes; none of an answer that has no content."""
        return b"" if data is None else msgspec.json.encode(data)
