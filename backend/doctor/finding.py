"""One thing that was looked at, and all of them as they are printed. It reads no settings."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final, Literal

Verdict = Literal["ok", "warning", "broken"]
STATUS: Final[dict[Verdict, int]] = {"ok": 0, "warning": 1, "broken": 2}
_SHOWN: Final[dict[Verdict, str]] = {"ok": "OK     ", "warning": "warning", "broken": "broken "}


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` is how it is, `do` what to do about it; that is empty where there is nothing to do."""

    verdict: Verdict
    part: str
    says: str
    do: str = ""

    def __str__(self) -> str:
        how = f"\n         → {self.do}" if self.do else ""
        return f"{_SHOWN[self.verdict]}  {self.part}: {self.says}{how}"


def worst(findings: Iterable[Finding]) -> Verdict:
    """The verdict on all of them."""
    return max((finding.verdict for finding in findings), key=STATUS.__getitem__, default="ok")


def as_json(findings: list[Finding]) -> str:
    """For programs."""
    return json.dumps({"verdict": worst(findings), "findings": [asdict(finding) for finding in findings]})


def ok(part: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding("ok", part, says)


def warning(part: str, says: str, do: str) -> Finding:
    """People are served, and someone should look at it by day."""
    return Finding("warning", part, says, do)


def broken(part: str, says: str, do: str) -> Finding:
    """Something that people rely on does not work, or will not be there when it is needed."""
    return Finding("broken", part, says, do)
