"""English sentences with values in them, which can still be said in another language where they are sent.

Pure: `diary.problems` translates them. A sentence without values is its own English.
"""

from collections.abc import Mapping


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogues, as Django's does; that one needs settings."""
    return text


class Sentence(str):
    """As a string it is the English, filled in; `text` is what the catalogues know it by."""

    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, /, **values: object) -> "Sentence":
        """`text` has the names of `values` in braces. Whole numbers are grouped as the language does."""
        filled = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        sentence = super().__new__(cls, text.format(**filled) if values else text)
        sentence.text, sentence.values = text, values
        return sentence
