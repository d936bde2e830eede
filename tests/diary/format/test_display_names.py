"""What someone may be called."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.format.display_names import fault_of_name, holds_link, name_of_address
from tests.diary.format.names import LINKS, NAMES, PIECES
from tests.links import links_in

NOT_ONE_LINE = [
    "Ali\nce",
    "Alice\n",
    "Alice\r\nBcc: bob@example",
    "Ali\tce",
    "\x7f",
    "Ali\u0085ce",
    "a\u2028b",
    "a\u2029b",
]
TURNED = [f"Alice {mark}ecilA" for mark in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
NOTHING_TO_SEE = ["\u200d", "\u200b\u200c", "\ufeff", "\u00ad \u2060", "\u3164", "\u2800\u2800", "\ufe0f", "\u0301"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_the_world_pass(name: str) -> None:
    assert fault_of_name(name) is None


@pytest.mark.parametrize("name", LINKS)
def test_what_a_mail_program_would_link_does_not(name: str) -> None:
    assert "link" in str(fault_of_name(name))


@pytest.mark.parametrize("name", NOT_ONE_LINE + TURNED)
def test_a_name_is_one_line_in_one_direction(name: str) -> None:
    assert "one line" in str(fault_of_name(name))


@pytest.mark.parametrize("name", NOTHING_TO_SEE)
def test_a_name_has_something_to_see(name: str) -> None:
    assert "see" in str(fault_of_name(name))


@pytest.mark.parametrize("name", ["x" * 81, f"x{' ' * 79}x"])
def test_a_name_has_80_characters_at_most(name: str) -> None:
    assert "80" in str(fault_of_name(name))


@settings(deadline=None)
@given(st.text(max_size=80) | PIECES.map("".join))
def test_no_mail_program_finds_a_link_in_what_passes(name: str) -> None:
    if fault_of_name(name) is None:
        assert links_in(name.strip()) == []
        assert links_in(f"{name.strip()}'s diary. Also sent to: {name.strip()}, Bob.") == []


@pytest.mark.parametrize(
    ("email", "called"),
    [
        ("alice@example.org", "alice@example.org"),
        ("a.b+c_d@xn--bcher-kva.example", "a.b+c_d@bücher.example"),
        ("www.bank.com@example.org", "…@example.org"),
        ("bank.com/login@example.org", "…@example.org"),
        ("bank.com?x@example.org", "…@example.org"),
        ("bank.com'x@example.org", "…@example.org"),
    ],
)
def test_without_a_name_the_address_stands_for_it_and_leads_nowhere_else(email: str, called: str) -> None:
    assert name_of_address(email) == called
    assert links_in(called) in ([], [called])


@settings(deadline=None)
@given(st.from_regex(r"\A[-!#$%&'*+/=?^_`{|}~0-9a-z.]{1,20}\Z"))
def test_whatever_stands_before_the_at_sign_no_other_link_comes_of_it(local: str) -> None:
    called = name_of_address(f"{local}@example.org")
    assert all(link.endswith("@example.org") and "/" not in link for link in links_in(called))


@settings(deadline=None)
@given(st.text())
def test_a_link_is_found_in_any_text(text: str) -> None:
    assert holds_link(f"{text} bank.com {text}")
