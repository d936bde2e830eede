"""`manage.py cohort`: files of synthetic diaries with their labels, and the table of figures."""

import io
import json
from pathlib import Path

from django.core.management import call_command

from diary.format.document import parse


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("cohort", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_generate_writes_diaries_that_can_be_screened_and_a_label_for_each(tmp_path: Path) -> None:
    run("generate", str(tmp_path), "--seed", "3", "--people", "2", "--scenario", "malignant-only")
    diaries = (tmp_path / "malignant-only.jsonl").read_text().splitlines()
    labels = [json.loads(line) for line in (tmp_path / "malignant-only.labels.jsonl").read_text().splitlines()]
    assert [bool(parse(line.encode()).entries) for line in diaries] == [True, True]
    assert [(label["kind"], label["synthetic"]) for label in labels] == [("malignant", True)] * 2
    assert all(label["met_on"] and label["diagnosis"] for label in labels)


def test_score_prints_the_figures_and_writes_them(tmp_path: Path) -> None:
    few = ("--seed", "3", "--people", "2", "--scenario", "triggers")
    assert "danger signs found on the entry" in run("score", *few)
    run("score", *few, "--write", str(tmp_path))
    assert "| danger signs found" in (tmp_path / "evidence.md").read_text()
    assert (tmp_path / "evidence.svg").read_text().startswith("<svg")
    shown = json.loads((tmp_path / "evidence.json").read_text())
    assert (shown["synthetic"], shown["people"], shown["figures"][0]["met"]) == (True, 2, True)
