"""Every text is translated, whole and as it stands in the code, into every language; no gettext program is needed."""

import gettext
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
APPS = ("web", "papers", "alerts", "diary")
LANGUAGES = ("de", "es", "fr")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys(("gettext_lazy", "gettext_noop")),
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
SAME = {
    *("%(label)s:", "%(label)s: %(found)s.", "%(number)s points", "%(number)s (%(country)s)"),
    *("Cancer", "Fatigue", "Fracture", "Injection", "Name", "Osteoporosis", "Passkeys", "no", "No"),
}
"""What may read in another language as it does in English."""
EVERY_CATALOGUE = [(app, language) for app in APPS for language in LANGUAGES]


@cache
def catalogue(app: str, language: str) -> Catalog:
    with (ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as po:
        return read_po(po, locale=language, abort_invalid=True)


def messages(app: str, language: str) -> list[Message]:
    return [message for message in catalogue(app, language) if message.id]


def forms(text: Any) -> tuple[str, ...]:
    """The singular, and the plural if there is one."""
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"%\(\w+\)[sd]|%%|\{\w+\}", text))


def words_in_the_code(app: str) -> Iterator[tuple[str | None, Any]]:
    """What the code and the templates of an application ask gettext for: the context, if any, and the text."""
    for path in sorted((ROOT / app).rglob("*")):
        if path.suffix == ".py":
            source = path.read_text()
        elif path.suffix in {".html", ".txt"}:
            source = templatize(path.read_text())
        else:
            continue
        for _, text, _, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            yield context, text


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_code_is_in_the_catalogue_and_nothing_else(app: str, language: str) -> None:
    known = {(message.context, forms(message.id)) for message in messages(app, language)}
    assert {(context, forms(text)) for context, text in words_in_the_code(app)} == known


@pytest.mark.parametrize(("app", "language"), EVERY_CATALOGUE)
def test_every_text_is_translated_in_every_form_and_none_is_a_guess(app: str, language: str) -> None:
    for message in messages(app, language):
        assert not message.fuzzy, message.id
        said = forms(message.string)
        assert len(said) == (catalogue(app, language).num_plurals if message.pluralizable else 1)
        assert all(said), message.id


@pytest.mark.parametrize(("app", "language"), EVERY_CATALOGUE)
def test_translations_say_something_else_than_the_english(app: str, language: str) -> None:
    same = {message.id for message in messages(app, language) if message.string == message.id}
    assert same <= SAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_translates_a_text_as_the_others_do(language: str) -> None:
    """Only one of two translations would ever be shown."""
    on_paper = {(one.context, forms(one.id)): forms(one.string) for one in messages("papers", language)}
    for message in (message for app in APPS for message in messages(app, language)):
        text = (message.context, forms(message.id))
        assert on_paper.get(text, forms(message.string)) == forms(message.string), text


@pytest.mark.parametrize(("app", "language"), EVERY_CATALOGUE)
def test_translations_hold_the_same_placeholders(app: str, language: str) -> None:
    for message in messages(app, language):
        *singular, last = forms(message.id)
        for said in forms(message.string):
            assert placeholders(said) in [placeholders(text) for text in (*singular, last)], message.id
        assert placeholders(forms(message.string)[-1]) == placeholders(last)


@pytest.mark.parametrize(("app", "language"), EVERY_CATALOGUE)
def test_the_compiled_catalogue_is_that_of_the_words(app: str, language: str) -> None:
    with (ROOT / app / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as mo:
        compiled = gettext.GNUTranslations(mo)
    for message in messages(app, language):
        id_, context = forms(message.id), message.context
        if len(id_) == 1:
            said = compiled.pgettext(context, id_[0]) if context else compiled.gettext(id_[0])
            assert (said,) == forms(message.string)
        else:
            one, many = id_
            assert tuple(compiled.ngettext(one, many, count) for count in (1, 2)) == forms(message.string)
    assert len([key for key in compiled._catalog if key]) == sum(  # type: ignore[attr-defined]
        len(forms(message.string)) for message in messages(app, language)
    )


@pytest.mark.parametrize(("app", "language"), EVERY_CATALOGUE)
def test_translations_end_as_the_english_does(app: str, language: str) -> None:
    """A sentence stays a sentence, and a heading a heading."""
    for message in messages(app, language):
        for text, said in zip(forms(message.id), forms(message.string), strict=True):
            assert (text[-1] in ".:?") == (said[-1] in ".:?"), message.id


@pytest.mark.parametrize("app", APPS)
def test_nobody_is_addressed_like_a_friend(app: str) -> None:
    """Sie, usted, vous."""
    familiar = {"de": r"\b(du|dein\w*|dir|dich)\b", "es": r"\b(tú|tus?|te|ti)\b", "fr": r"\b(tu|toi|ton|tes)\b"}
    for language, words in familiar.items():
        for message in messages(app, language):
            assert not any(re.search(words, said, re.IGNORECASE) for said in forms(message.string)), message.string


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_an_all_clear(language: str) -> None:
    clear = {
        "de": r"harmlos|unbedenklich|keine sorge|gesund\b",
        "es": r"no se preocupe|inofensiv|nada grave|está san[oa]",
        "fr": r"ne vous inquiétez pas|rien de grave|bénin|en bonne santé",
    }
    for message in (*messages("alerts", language), *messages("web", language)):
        assert not any(re.search(clear[language], said, re.IGNORECASE) for said in forms(message.string))
