"""Which addresses are one mailbox, and which passwords one password."""

from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.format.normal_form import is_public_email, is_spelled_out, normal_email, normal_password, shown_email

ONE_MAILBOX = [
    ("bob@example.org", " BOB@Example.ORG\n"),
    ("bob@bücher.example", "bob@xn--bcher-kva.example"),
    ("bob@bücher.example", "Bob@XN--BCHER-KVA.Example"),
    ("bob@bücher.example", "bob@BÜCHER.example"),
    ("bob@bücher.example", "bob@bu\u0308cher.example"),
    ("bob@example.org", "bob@exa\u00admple.org"),
    ("bob@example.org", "bob@\u200bexample.org"),
    ("bob@example.org", "bob@example。org"),
    ("bob@example.org", "ｂｏｂ＠ｅｘａｍｐｌｅ．ｏｒｇ"),
    ("klaus@example.org", "\u212alaus@example.org"),
    ("bob@i❤.ws", "bob@xn--i-7iq.ws"),
]
DIFFERENT_MAILBOXES = [
    ("bob@example.org", "b.ob@example.org"),
    ("bob@example.org", "bob+diary@example.org"),
    ("bob@bücher.example", "bob@bucher.example"),
    ("bob@straße.example", "bob@strasse.example"),  # two domains since IDNA 2008, which may have two owners
    ("bob@example.org", "bоb@example.org"),  # a Cyrillic letter
]
PUBLIC = [
    "bob@example.org",
    "a@b.co",
    "o'neil+x@a-b.example.museum",
    "bob@bücher.example",
    "bob@例え.テスト",
    "b@ab--cd.org",
]
NOT_PUBLIC = [
    "",
    "bob",
    "@example.org",
    "bob@",
    "bob@localhost",
    "bob@localhost.localdomain",
    "bob@printer.local",
    "bob@db.internal",
    "bob@example.invalid",
    "bob@hidden.onion",
    "bob@[127.0.0.1]",
    "bob@[::1]",
    "bob@127.0.0.1",
    "bob@example",
    "bob@example.org.",
    "bob@.example.org",
    "bob@exa_mple.org",
    "bob@-example.org",
    "bob@xn--i-7iq.ws",
    "bob@xn--abc-.org",
    "bob@xn--.org",
    '"bob"@example.org',
    "bob smith@example.org",
    ".bob@example.org",
    "bo..b@example.org",
    "bób@example.org",
    "bob@example.org\nBcc: charlie@example.org",
    "bob@example.org@example.org",
    f"{'b' * 65}@example.org",
    f"bob@{'a.' * 125}org",
]


@pytest.mark.parametrize(("one", "other"), ONE_MAILBOX)
def test_one_mailbox(one: str, other: str) -> None:
    assert normal_email(one) == normal_email(other)
    assert normal_email(one).isascii()


@pytest.mark.parametrize(("one", "other"), DIFFERENT_MAILBOXES)
def test_two_mailboxes(one: str, other: str) -> None:
    assert normal_email(one) != normal_email(other)


@pytest.mark.parametrize("email", PUBLIC)
def test_an_address_that_mail_from_the_internet_reaches(email: str) -> None:
    assert is_public_email(normal_email(email))
    assert is_spelled_out(email)
    assert shown_email(normal_email(email)) == email


@pytest.mark.parametrize("email", NOT_PUBLIC)
def test_an_address_that_it_does_not(email: str) -> None:
    assert not is_public_email(normal_email(email))


@pytest.mark.parametrize("email", ["ｂob@example.org", "bob@ｅxample.org", "bob@exa\u00admple.org", "ſam@example.org"])
def test_an_address_that_only_looks_like_one(email: str) -> None:
    assert not is_spelled_out(email)


@settings(deadline=None)
@given(st.text())
def test_the_normal_form_of_any_text_is_its_own(text: str) -> None:
    assert normal_email(normal_email(text)) == normal_email(text)


@settings(deadline=None)
@given(st.emails(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_case_and_composition_make_no_difference(email: str, form: str) -> None:
    assert normal_email(normalize(form, email.upper())) == normal_email(email)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.text())
def test_what_is_shown_leads_back(text: str) -> None:
    assert normal_email(shown_email(normal_email(text))) == normal_email(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pässword für mich", "pa\u0308ssword fu\u0308r mich"),
        ("correct horse battery", "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　ｂａｔｔｅｒｙ"),
        ("correct horse battery", " correct\u00a0horse battery "),
        ("ﬁnancial secrets", "financial secrets"),
    ],
)
def test_one_password(one: str, other: str) -> None:
    assert normal_password(one) == normal_password(other)


@pytest.mark.parametrize(("one", "other"), [("Correct horse", "correct horse"), ("a  b", "a b"), ("é", "e")])
def test_two_passwords(one: str, other: str) -> None:
    assert normal_password(one) != normal_password(other)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_a_password_is_the_same_on_every_keyboard(password: str, form: str) -> None:
    assert normal_password(normalize(form, password)) == normal_password(password)  # type: ignore[arg-type]
    assert normal_password(normal_password(password)) == normal_password(password)
