"""What is wrong with one setting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`what` never repeats the value of a secret."""

    setting: str
    what: str

    def __str__(self) -> str:
        return f"{self.setting} {self.what}"
