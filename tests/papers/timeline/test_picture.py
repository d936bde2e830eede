"""The timeline as a picture: the same on every machine, in each language, and whatever someone wrote in it."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import translation

from backend.local.demonstration.sample_report import sample_reading
from papers.timeline.picture import NARROW, WIDE, Shape, drawing, timeline_picture
from papers.timeline.timeline import timeline_of
from tests.papers.readings import day, entry, event, reading, treatment

HOSTILE = '"><script>alert(1)</script>#read("/etc/passwd") $x$ \u202e👩‍⚕️ ' + "long " * 40


def test_the_picture_is_shapes_alone_and_needs_no_font_no_script_and_no_other_file() -> None:
    svg = timeline_picture(timeline_of(sample_reading()))
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "path", "use", "defs", "symbol", "clipPath", "rect"}
    assert b"http" not in svg.replace(b"http://www.w3.org/", b"")


def test_what_someone_wrote_stays_a_label() -> None:
    named = timeline_of(reading(entry(0, worst_pain=3), treatments=[treatment(HOSTILE)]))
    svg = timeline_picture(named)
    assert b"script" not in svg
    ElementTree.fromstring(svg)
    (bar,) = drawing(named)["bars"]
    assert bar["label"].startswith('"><script>alert(1)</script>#read("/etc/passwd") $x$ 👩‍⚕️ long')


def test_a_ground_is_filled_only_where_it_is_asked_for() -> None:
    shown = timeline_of(reading(entry(0, worst_pain=3)))
    dark, filled = timeline_picture(shown, palette="dark"), timeline_picture(shown, palette="dark", filled=True)
    assert (b"#13171f" in dark, b"#13171f" in filled) == (False, True)
    assert timeline_picture(shown, kind="png").startswith(b"\x89PNG")


def test_the_axis_names_weeks_while_there_are_few_and_then_months() -> None:
    few = drawing(timeline_of(reading()))["ticks"]
    many = drawing(timeline_of(reading(last=date(2027, 5, 31))))["ticks"]
    assert [tick["day"] for tick in few] == [0, 7, 14, 21]
    assert [tick["label"] for tick in few] == ["1 Jun", "8 Jun", "15 Jun", "22 Jun"]
    assert [tick["label"] for tick in many][:8] == ["Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec", "Jan 2027"]


def test_only_what_is_shown_is_in_the_key_and_only_rows_with_marks_are_there() -> None:
    told = drawing(timeline_of(reading(entry(0, night_pain=5), events=[event(3)])))
    assert [one["kind"] for one in told["key"]] == ["visit", "night2"]
    assert [row["label"] for row in told["marks"]] == ["Visits, imaging"]


@pytest.mark.parametrize(("shape", "pixels"), [(NARROW, 284), (WIDE, 520)])
def test_its_words_can_be_read_on_a_screen(shape: Shape, pixels: int) -> None:
    assert shape.words * pixels / shape.width >= 10.5


@pytest.mark.parametrize("last", [date(2026, 6, 28), date(2026, 8, 30), date(2027, 5, 31)])
def test_a_narrow_one_names_few_days_and_draws_every_line(last: date) -> None:
    shown = timeline_of(reading(last=last))
    usual, narrow = drawing(shown)["ticks"], drawing(shown, shape=NARROW)["ticks"]
    assert [tick["day"] for tick in narrow] == [tick["day"] for tick in usual]
    assert 2 <= len([tick for tick in narrow if tick["label"]]) <= NARROW.labels


@pytest.mark.parametrize(
    ("language", "pain", "tick", "dose"),
    [
        ("en", "Worst pain", "1 Jun", "1200.5 mg"),
        ("de", "Stärkster Schmerz", "1. Juni", "1200,5 mg"),
        ("es", "Dolor máximo", "1 jun", "1200,5 mg"),
        ("fr", "Douleur maximale", "1 juin", "1200,5 mg"),
    ],
)
def test_it_speaks_the_language_that_is_active(language: str, pain: str, tick: str, dose: str) -> None:
    taken = treatment("Ibuprofen", started_on=day(0), daily_dose=1200.5, dose_unit="mg")
    with translation.override(language):
        told = drawing(timeline_of(reading(entry(0, worst_pain=3), treatments=[taken])))
    assert (told["pain"]["label"], told["ticks"][0]["label"]) == (pain, tick)
    assert told["bars"][0]["label"] == f"Ibuprofen {dose}"
