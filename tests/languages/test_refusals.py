"""What is refused is said in the language of the person it is shown to, whole: titles, details and every field."""

import ast
import pickle
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import httpx
import msgspec
import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from diary.format.faults import must_be
from diary.format.sentences import Sentence
from diary.problem_types import ProblemType
from diary.problems import Problem, said
from tests.cast import Person
from tests.diary.recordings import entry
from tests.service import Service

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("de", "es", "fr")


@cache
def known() -> set[str]:
    """Every text that the catalogues have; that each is translated is looked at in `test_catalogues`."""
    texts: set[str] = set()
    for room in ("alerts", "diary", "papers"):
        with (ROOT / room / "locale/de/LC_MESSAGES/django.po").open("rb") as po:
            texts |= {message.id for message in read_po(po) if isinstance(message.id, str)}
    return texts


def texts_of_refusals() -> Iterator[tuple[str, ast.expr]]:
    """What the code gives a problem, a fault of a field or of JSON to say."""
    places = {"Problem": 1, "FieldError": 2, "Malformed": 0, "ValidationError": 0}
    for path in (path for room in ("alerts", "backend", "diary", "papers") for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
                said_at = places[node.func.id]
                if len(node.args) > said_at:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[said_at]


def shapes() -> list[type[msgspec.Struct]]:
    """Everything that a request may hold, but for the identity API's: those are only described (`test_contract`)."""
    get_resolver().url_patterns  # noqa: B018 the views are imported by it
    found, waiting = [], [msgspec.Struct]
    while waiting:
        waiting += (kinds := waiting.pop().__subclasses__())
        found += kinds
    return [
        kind
        for kind in found
        if kind.__struct_config__.forbid_unknown_fields
        and kind.__module__.split(".")[0] in {"alerts", "diary", "papers"}
        and kind.__module__ not in {"diary.api.contract.identity_shapes", "diary.api.contract.factor_shapes"}
        and kind.__name__ != "SyncRequest"  # each of its changes is looked at alone
    ]


def leaves(hint: Any) -> Iterator[Any]:
    """The types in a type that a value is compared with."""
    if get_origin(hint) is Annotated:
        yield hint
        hint = get_args(hint)[0]
    inner = [one for one in get_args(hint) if isinstance(one, type) or get_origin(one) is not None]
    if get_origin(hint) in (list, dict) or not inner:
        yield hint
    for one in inner:
        yield from leaves(one)


@pytest.mark.parametrize("kind", ProblemType, ids=lambda kind: kind.slug)
def test_the_title_of_every_type_is_there_in_every_language(kind: ProblemType) -> None:
    titles = set()
    for language in ("en", *LANGUAGES):
        with translation.override(language):
            titles.add(Problem(kind, "").body()["title"])
    assert len(titles) == 4, titles


def test_every_text_of_a_refusal_in_the_code_can_be_translated() -> None:
    texts = list(texts_of_refusals())
    unmarked = [
        (place, ast.unparse(text))
        for place, text in texts
        if isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and text.value not in known())
    ]
    assert unmarked == []
    assert len(texts) > 100


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.__name__)
def test_what_each_field_takes_can_be_said_in_every_language(shape: type[msgspec.Struct]) -> None:
    hints = [one for hint in get_type_hints(shape, include_extras=True).values() for one in leaves(hint)]
    for sentence in map(must_be, hints):
        assert sentence.text in known()
        assert "what" not in sentence.values or sentence.values["what"] in known() | {"symptom-diary/1"}, sentence


def test_numbers_are_written_as_the_language_does() -> None:
    sentence = Sentence("There are more than {most} changes.", most=1000)
    assert sentence == "There are more than 1,000 changes."
    sentence = pickle.loads(pickle.dumps(sentence))  # as it comes back from another process
    with translation.override("de"):
        assert said(sentence) == "Es sind mehr als 1.000 Änderungen."


@pytest.mark.parametrize("asked", ["de", "de-AT,en;q=0.5", "tlh, de;q=0.9, fr;q=0.8"])
def test_the_request_says_the_language(alice: Person, asked: str) -> None:
    assert refused(alice, Accept_Language=asked) == ("Nicht gefunden", "de")


@pytest.mark.parametrize("asked", ["", "*", "tlh", "x" * 3000, ";;q=,"])
def test_else_the_person_does_and_else_it_is_english(alice: Person, asked: str) -> None:
    assert refused(alice, Accept_Language=asked) == ("Not found", "en")
    alice.patch("preferences", {"language": "es"})
    assert refused(alice, Accept_Language=asked) == ("No encontrado", "es")
    assert refused(alice, Accept_Language="fr") == ("Introuvable", "fr")


def refused(person: Person, **headers: str) -> tuple[str, str]:
    """The title of a 404, and the language that its detail is in."""
    answer = person.get("patients/me/entries/00000000-0000-4000-8000-000000000000", **headers)
    said_in = language_of(answer.body["detail"], "There is nothing at this address, or you may not see it.")
    assert answer.headers["Content-Language"] == said_in
    return answer.body["title"], said_in


def language_of(text: str, english: str) -> str:
    for language in ("en", *LANGUAGES):
        with translation.override(language):
            if said(english) == text:
                return language
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("de", ["muss eine ganze Zahl von 0 bis 10 sein", "ist hier kein Feld"]),
        ("es", ["debe ser un número entero de 0 a 10", "no es un campo de aquí"]),
        ("fr", ["doit être un nombre entier de 0 à 10", "n’est pas un champ ici"]),
    ],
)
def test_every_fault_of_a_field_is_said_in_it_and_codes_stay(alice: Person, language: str, says: list[str]) -> None:
    given = entry(night_pain=11, shoe_size=43)
    answer = alice.put(f"patients/me/entries/{given['id']}", given, Accept_Language=language)
    faults = {fault["code"]: fault["detail"] for fault in answer.body["errors"]}
    assert faults == {"invalid_value": says[0], "unknown_field": says[1]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_that_a_sync_refuses_says_why_in_it(alice: Person, language: str) -> None:
    change = {"type": "entry", "op": "put", "id": entry()["id"], "data": {}}
    answer = alice.post("patients/me/sync", {"cursor": None, "changes": [change]}, Accept_Language=language)
    assert language_of(answer.body["results"][0]["problem"]["title"], "Some fields are invalid") == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/caring", "/api/v1/nowhere", "/health/live"])
def test_what_is_refused_before_anyone_is_known_is_said_in_it(db: None, language: str, path: str) -> None:
    body = Client(headers={"Accept-Language": language}).post(path).json()
    kind = next(kind for kind in ProblemType if kind.uri == body["type"])
    assert language_of(body["title"], kind.title) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_never_reaches_the_application_is_refused_in_it(api: Service, language: str) -> None:
    answer = httpx.put(
        f"{api.url}/api/v1/patients/me/entries/x",
        content=b" " * 70_000,
        headers={"Accept-Language": language, "Content-Type": "application/json"},
    )
    assert (answer.status_code, language_of(answer.json()["title"], "The body is too large")) == (413, language)
