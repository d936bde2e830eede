"""The command line: documents in, one JSON line for each out."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core.management import CommandError, call_command

from alerts.screening.documents import PORTION

PATIENT = "01900000-0000-7000-8000-000000000001"
ROOT = Path(__file__).parents[3]

Content = dict[str, Any]
Screened = tuple[list[Content], str, str | None]
"""The answers, what was reported, and how it failed."""


class Screen(Protocol):
    """Writes documents to a file and screens it."""

    def __call__(
        self, *documents: Content | str, name: str = "diaries.jsonl", flags: Sequence[str] = ()
    ) -> Screened: ...


def entry(number: int, day: int, **answers: Any) -> Content:
    return {
        "id": f"01900000-0000-7000-8000-{number:012}",
        "date": f"2024-01-{day:02}",
        "recorded_at": f"2024-01-{day:02}T20:00:00+00:00",
        "time_zone": "UTC",
        **answers,
    }


def document(*entries: Content, **patient: Any) -> Content:
    return {"format": "symptom-diary/1", "patient": patient, "entries": list(entries), "treatments": [], "events": []}


NUMB = document(entry(1, 4, symptoms={"saddle_numbness": True}), id=PATIENT)
QUIET = document(entry(1, 4, worst_pain=1))
WRONG = document(entry(1, 4, night_pain=11))


@pytest.fixture
def screened(tmp_path: Path) -> Screen:
    def screen(*documents: Content | str, name: str = "diaries.jsonl", flags: Sequence[str] = ()) -> Screened:
        file = tmp_path / name
        file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in documents))
        out, err = io.StringIO(), io.StringIO()
        failure = None
        try:
            call_command("screen", str(file), *flags, stdout=out, stderr=err)
        except CommandError as error:
            failure = str(error)
        return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), failure

    return screen


def test_one_document_gives_one_line_with_its_findings(screened: Screen) -> None:
    ((answer,), reported, failure) = screened(NUMB, name="diary.json")
    assert answer["patient"] == PATIENT
    assert answer["as_of"] == "2024-01-04"
    assert answer["findings"] == [
        {
            "rule": "cauda_equina",
            "version": 1,
            "tier": "emergency",
            "met_on": "2024-01-04",
            "days": ["2024-01-04"],
            "counts": {"signs": {"met": True, "found": ["saddle_numbness"]}},
            "trials": [],
        }
    ]
    assert (reported, failure) == ("", None)


def test_a_document_without_an_id_is_named_by_its_line(screened: Screen) -> None:
    answers, _, _ = screened(QUIET, "", QUIET, NUMB)
    assert [answer["patient"] for answer in answers] == [1, 3, PATIENT]


def test_a_whole_file_may_be_spread_over_many_lines(screened: Screen) -> None:
    ((answer,), _, _) = screened(json.dumps(QUIET, indent=2), name="diary.json")
    assert answer == {"patient": 1, "findings": [], "as_of": "2024-01-04"}


def test_an_empty_diary_has_no_date(screened: Screen) -> None:
    ((answer,), _, _) = screened(document())
    assert answer == {"patient": 1, "findings": [], "as_of": None}


def test_as_of_sees_nothing_later(screened: Screen) -> None:
    diary = document(entry(1, 4, worst_pain=1), entry(2, 5, symptoms={"collapse": True}))
    ((before,), _, _) = screened(diary, flags=["--as-of=2024-01-04"])
    ((then,), _, _) = screened(diary, flags=["--as-of=2024-01-05"])
    assert (before["findings"], before["as_of"]) == ([], "2024-01-04")
    assert [finding["rule"] for finding in then["findings"]] == ["breathing_emergency"]


def test_bad_documents_are_reported_with_line_and_field_and_the_others_still_run(screened: Screen) -> None:
    answers, reported, failure = screened(WRONG, NUMB, "{", QUIET)
    assert [answer["patient"] for answer in answers] == [PATIENT, 4]
    assert "line 1: /entries/0/night_pain: " in reported
    assert "line 3: (document): " in reported
    assert failure == "2 of 4 documents could not be screened."


def test_several_processes_answer_in_the_order_of_the_file(screened: Screen) -> None:
    documents = [document(entry(1, 1 + number % 28, worst_pain=1)) for number in range(200)]
    documents[70] = WRONG
    one, _, _ = screened(*documents)
    two, reported, failure = screened(*documents, flags=["--jobs=2"])
    assert two == one
    assert [answer["patient"] for answer in two] == [line for line in range(1, 201) if line != 71]
    assert "line 71: /entries/0/night_pain: " in reported
    assert failure == "1 of 200 documents could not be screened."


def test_lines_keep_their_numbers_in_a_file_that_processes_read_in_portions(screened: Screen) -> None:
    long = json.dumps(document(entry(1, 4, worst_pain=1, note="ä" * 4000))) + " " * 100_000
    lines: list[Content | str] = [long, "", WRONG, f"{long}\r", " "] * 10
    several = screened(*lines, flags=["--jobs=2"])
    assert several == screened(*lines)
    answers, reported, failure = several
    assert [answer["patient"] for answer in answers] == [line for line in range(1, 51) if line % 5 in (1, 4)]
    assert [line.split(":")[0] for line in reported.splitlines()] == [f"line {line}" for line in range(3, 51, 5)]
    assert failure == "10 of 30 documents could not be screened."


def test_a_line_may_be_longer_than_a_portion(screened: Screen) -> None:
    long = json.dumps(NUMB) + " " * 2 * PORTION
    answers, _, _ = screened(QUIET, long, QUIET)
    assert [answer["patient"] for answer in answers] == [1, PATIENT, 3]


def test_a_file_that_is_not_there_is_said_in_one_line() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("screen", "nowhere.json")


@pytest.mark.parametrize("flag", ["--as-of=20240101", "--as-of=2024-02-30", "--jobs=0", "--jobs=two"])
def test_a_date_or_a_number_that_is_none_is_refused(screened: Screen, flag: str) -> None:
    _, _, failure = screened(QUIET, flags=[flag])
    assert failure is not None
    assert failure.startswith("Error: argument --")


def test_it_needs_no_server_no_database_and_no_settings(tmp_path: Path) -> None:
    file = tmp_path / "diary.json"
    file.write_text(json.dumps(NUMB))
    ran = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "screen", str(file)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout)["patient"] == PATIENT
