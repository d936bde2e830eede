"""A message as every channel can take it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """`reference` names it and every copy of it; `subject` may stand on a lock screen: nothing about health."""

    reference: str
    language: str
    subject: str
    text: str
    html: str
