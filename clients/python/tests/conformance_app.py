"""The SDK as a device of the conformance kit: `python -m conformance … --app "python conformance_app.py"`."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from symptom_diary_client import Conflict, DeletedError, Diary, MemorySecrets, SqliteStore

Change = dict[str, Any]
KINDS = ("entry", "treatment", "event")


def make(diary: Any, change: Change, conflicts: Sequence[Conflict]) -> None:
    """As a person would, who has seen a version of it; where two wait for a decision, it is the decision."""
    seen = {} if change.get("if_version") is None else {"version": change["if_version"]}
    if change["type"] not in KINDS:
        return  # an app has no screen for it
    conflict = next((one for one in conflicts if one.id == change["id"]), None)
    if change["op"] == "delete":
        diary.remove(change["type"], {"id": change["id"], **seen})
    elif conflict:
        diary.resolve(conflict, change["data"])
    else:
        diary.put(change["type"], {**change["data"], **seen})


def holds(diary: Any) -> dict[str, Any]:
    """All that the service is known to have."""
    found: dict[str, Any] = {one["id"]: one for kind in KINDS for one in diary.list(kind)}
    for refused in diary.refused():
        found.pop(refused.id, None)
    for one in diary.conflicts():
        found[one.id] = one.theirs and {**one.theirs, "version": one.version}
    return found


with TemporaryDirectory() as directory:
    diary = Diary(
        os.environ["DIARY_URL"],
        SqliteStore(Path(directory) / "diary.sqlite"),
        secrets=MemorySecrets(token=os.environ["DIARY_TOKEN"]),
        on_danger_sign=lambda _: None,
    )
    diary.open()
    for line in sys.stdin:
        step = json.loads(line)
        if step.get("fresh"):
            diary.wipe()
        else:
            conflicts = diary.conflicts()
            for change in step["changes"]:
                with suppress(DeletedError):  # the app says so, and nothing is recorded
                    make(diary, change, conflicts)
            diary.sync()
        print(json.dumps({"holds": holds(diary)}), flush=True)
