"""The process that typesets: it is given an order and nothing else, and what it could say of a diary is not said."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from papers.typesetting import compiler
from papers.typesetting.compiler import NotTypeset, picture
from papers.typesetting.plain_text import lines, one_line

SECRET = "what someone wrote"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source of the test's own, beside the real program."""
    (tmp_path / "typesetter.py").write_text((compiler.HERE / "typesetter.py").read_text())
    monkeypatch.setattr(compiler, "HERE", tmp_path)
    return tmp_path / "page.typ"


def test_a_fault_says_nothing_of_the_data(source: Path) -> None:
    source.write_text("#panic(sys.inputs.data)")
    with pytest.raises(NotTypeset) as refused:
        picture("page.typ", {"note": SECRET}, kind="svg")
    assert SECRET not in repr(refused.value)
    assert refused.value.__cause__ is None


def test_what_takes_too_long_is_given_up(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source.write_text("#{ let n = 0; while n >= 0 { n = calc.rem(n + 1, 1000) } }")
    source.with_name("typesetter.py").write_text("import time; time.sleep(60)")
    monkeypatch.setattr(compiler, "WITHIN_SECONDS", 0.2)
    with pytest.raises(NotTypeset):
        picture("page.typ", {}, kind="svg")


def test_it_is_given_no_setting_and_no_secret(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    program = "import os, sys; sys.stdout.write(repr((dict(os.environ), sys.flags.isolated)))"
    source.with_name("typesetter.py").write_text(program)
    told = picture("page.typ", {}, kind="svg").decode()
    assert SECRET in os.environ["SECRET_KEY"]
    assert SECRET not in told
    assert told.endswith(", 1)")


def test_data_reads_no_file_and_runs_nothing(source: Path) -> None:
    source.write_text("#set page(width: auto, height: auto)\n#json(bytes(sys.inputs.data)).note")
    plain = picture("page.typ", {"note": "x" * 21}, kind="svg")
    assert picture("page.typ", {"note": '#read("page.typ") #eval'}, kind="svg").startswith(b"<svg")
    assert plain.startswith(b"<svg")


def test_the_sources_read_nothing_outside_their_folder(source: Path) -> None:
    outside = source.parent.parent / "outside.txt"
    outside.write_text(SECRET)
    source.write_text('#read("../outside.txt")')
    with pytest.raises(NotTypeset):
        picture("page.typ", {}, kind="svg")


def test_many_at_a_time_do_not_disturb_each_other(source: Path) -> None:
    source.write_text("#set page(width: auto, height: auto)\n#json(bytes(sys.inputs.data)).number")
    with ThreadPoolExecutor(4) as threads:
        first = list(threads.map(lambda number: picture("page.typ", {"number": str(number)}, kind="svg"), range(8)))
    assert len(set(first)) == 8


def test_the_program_needs_nothing_of_ours() -> None:
    program = (compiler.HERE / "typesetter.py").read_text()
    assert "papers" not in program
    assert "django" not in program
    assert Path(sys.executable).exists()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ibuprofen\n 400", "Ibuprofen 400"),
        ("a\u202eb\u2066c\u200fd\ufeff", "abcd"),
        ("\u0007\u001b[31mred", "[31mred"),
        ("👩‍⚕️", "👩‍⚕️"),
        ("  ", ""),
    ],
)
def test_what_only_steers_is_not_shown(written: str, shown: str) -> None:
    assert one_line(written) == shown


def test_a_note_keeps_its_lines() -> None:
    assert lines("First.\r\n\r\n  Second\tone.\n") == "First.\n\nSecond one."
