"""Which texts are the same name of a treatment, or the same unit."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.rules.normal_form import normal_form
from tests.reference.records import one_form

SAME = [
    ("Ibuprofen", "IBUPROFEN "),
    ("Ibuprofen", "Ｉｂｕｐｒｏｆｅｎ"),
    ("Ibuprofen", "\u200eIbu\u00adpro\u200bfen\ufeff"),
    ("Vitamin D 3", "vitamin\u00a0\u3000d\t\n3"),
    ("Métamizol", "Me\u0301tamizol"),
    ("Weiß", "WEISS"),
    ("ﬂupirtin", "Flupirtin"),
    ("µg", "μg"),
    ("K", "\u212a"),
    ("ΠΑΡΑΚΕΤΑΜΟΛΗΣ", "παρακεταμολης"),
]
OTHERS = [
    ("Ibuprofen", "Ibuprofene"),
    ("Vitamin D 3", "Vitamin D3"),
    ("mg", "µg"),
    ("mg", "g"),
    ("Metamizol", "Métamizol"),
    ("Tramal", "Тramal"),  # a Cyrillic letter: another character, which only looks alike in some fonts
    ("5 mg", "50 mg"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_to_the_eye(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)
    assert one_form(one) == one_form(other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_something_else(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)
    assert one_form(one) != one_form(other)


@settings(deadline=None)
@given(st.text())
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.text(" \t\u00a0\u2003\u3000", max_size=3))
def test_how_a_keyboard_composes_and_spaces_makes_no_difference(text: str, form: str, blanks: str) -> None:
    assert normal_form(blanks + unicodedata.normalize(form, text) + blanks) == normal_form(text)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.text(st.characters(codec="latin-1")))
def test_case_makes_no_difference(text: str) -> None:
    assert normal_form(text.upper()) == normal_form(text) == normal_form(text.lower())
