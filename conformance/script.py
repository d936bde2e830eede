"""The scripts in `vectors/`, and the placeholders in them.

`{{id:NAME}}` is a UUID of this run, the same for the same name. `{{today}}`, `{{today-3}}` are dates (UTC), `{{now}}`,
`{{now-1826d}}` instants. Any other name is what an earlier step kept; alone in a text it keeps its type.
`{"$times": n, "each": …}` in a list stands for n items, with `#` for the number of each.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

VECTORS: Final = Path(__file__).with_name("vectors")
_PLACEHOLDER: Final = re.compile(r"\{\{([^{}]+)\}\}")
_DATE: Final = re.compile(r"(today|now)(?:([+-]\d+)d?)?")


def scripts(names: list[str]) -> Iterator[dict[str, Any]]:
    """The named scripts, or all. Raises FileNotFoundError."""
    for path in [VECTORS / f"{name}.json" for name in names] or sorted(VECTORS.glob("*.json")):
        yield {"name": path.stem, **json.loads(path.read_text("utf-8"))}


class Words:
    """What the placeholders of one run stand for."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)
        self.kept: dict[str, Any] = {}

    def filled(self, value: Any) -> Any:
        """`value` without placeholders. Raises KeyError for a name that nothing was kept under."""
        if isinstance(value, str):
            return self._filled_text(value)
        if isinstance(value, list):
            return [filled for item in value for filled in self._filled_items(item)]
        if isinstance(value, dict):
            return {self._filled_text(name): self.filled(each) for name, each in value.items()}
        return value

    def _filled_items(self, item: Any) -> Iterator[Any]:
        if isinstance(item, dict) and "$times" in item:
            each = json.dumps(item["each"])
            for number in range(item["$times"]):
                yield self.filled(json.loads(each.replace("#", str(number))))
        else:
            yield self.filled(item)

    def _filled_text(self, text: str) -> Any:
        alone = _PLACEHOLDER.fullmatch(text)
        return self._word(alone[1]) if alone else _PLACEHOLDER.sub(lambda found: str(self._word(found[1])), text)

    def _word(self, name: str) -> Any:
        if name.startswith("id:"):
            return self.kept.setdefault(name, str(uuid4()))
        moment = _DATE.fullmatch(name)
        if moment is None:
            return self.kept[name]
        at = self._now + timedelta(days=int(moment[2] or 0))
        return at.date().isoformat() if moment[1] == "today" else at.isoformat(timespec="seconds")


def pointed(value: Any, pointer: str) -> Any:
    """What a JSON Pointer leads to. Raises KeyError, IndexError or TypeError."""
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
