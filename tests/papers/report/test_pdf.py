"""The doctor's page as a file: accessible, on one side, in each language, and whatever someone wrote in it."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.utils import translation

from alerts.rules.history import Profile
from backend.local.demonstration.sample_report import sample_reading
from diary.format.fields import Symptoms
from papers.reading import Note, Reading
from papers.report.report import Paper, report_of, report_pdf
from tests.papers.pdf import Pdf
from tests.papers.readings import MADE_AT, alert, day, entry, event, reading, treatment

GOLDEN = Path(__file__).with_name("sample_report.txt")
SIZES = {"a4": (595, 842), "letter": (612, 792)}
LANGUAGES = ("en", "de", "es", "fr")
EACH_TIME = [("letter", "en"), ("a4", "de")]
"""The shorter side, and the longest words."""


def pdf(told: Reading, *, language: str = "en", paper: Paper = "a4") -> Pdf:
    return Pdf(report_pdf(told, language=language, paper=paper, made_at=MADE_AT))


def full(name: str = "Alice", *, word: str = "Some long name of a treatment") -> Reading:
    """A diary with as much of everything as anyone could have."""
    symptoms = dict.fromkeys(Symptoms.__struct_fields__, True)
    sites = ("neck", "upper_back", "mid_back", "lower_back", "left_flank")
    days = [
        entry(number, worst_pain=9, night_pain=8, woke_from_sleep=True, symptoms=symptoms, sites=sites, weight_kg=70)
        for number in range(366)
    ]
    happened = [event(number, "fall", trauma="major", site="lower_back") for number in range(0, 366, 2)]
    return reading(
        *days,
        name=name,
        profile=Profile(birth_year=1964, smoking="current", cancer_history=True),
        treatments=[treatment(f"{word} {number} ".ljust(200, "w"), daily_dose=0.125) for number in range(40)],
        events=happened,
        alerts=[alert(number, rule="cauda_equina", state="closed") for number in range(70)],
        notes=[Note(day(number), f"{word} {'note ' * 700}") for number in range(100)],
        last=day(365),
    )


def test_it_is_a_tagged_document_of_its_language_with_a_title() -> None:
    made = pdf(sample_reading())
    assert made.claims_universal_access
    assert (made.language, made.title) == ("en", "Symptom diary: page for the doctor")


def test_a_screen_reader_follows_it_from_the_name_to_the_appendix() -> None:
    elements = list(pdf(sample_reading()).structure.all)
    headings = [(element.role, element.whole_text) for element in elements if element.role in {"H1", "H2"}]
    assert headings == [
        ("H1", "Symptom diary: page for the doctor"),
        ("H2", "Why this person was advised to be seen"),
        ("H2", "Timeline"),
        ("H2", "Treatments"),
        ("H2", "Pain and symptoms"),
        ("H2", "What is missing"),
        ("H2", "Events and visits"),
        ("H2", "History, as answered by the person"),
        ("H1", "Appendix"),
        ("H2", "What was counted, and the thresholds of the rules"),
        ("H2", "Week by week"),
        ("H2", "Notes that the person chose to include"),
    ]


def test_the_timeline_is_told_in_words_and_tables_have_headers() -> None:
    elements = list(pdf(sample_reading()).structure.all)
    (figure,) = [element for element in elements if element.role == "Figure"]
    assert figure.alternative.startswith("From 15 Dec 2025 to 14 Jun 2026 something was noted on 153 of 182 days.")
    headers = [element.whole_text for element in elements if element.role == "TH"]
    assert headers[:5] == ["What", "From–to", "Taken", "Before → after (0–10)", "Result in the diary"]


@pytest.mark.parametrize(
    ("paper", "language"),
    [
        pytest.param(paper, language, marks=[] if (paper, language) in EACH_TIME else pytest.mark.nightly)
        for paper in SIZES
        for language in LANGUAGES
    ],
)
def test_it_is_one_side_and_the_appendix_however_full_the_diary_is(paper: Paper, language: str) -> None:
    for told in (full(), sample_reading(days=365)):
        with translation.override(language):
            said = report_of(told, made_at=MADE_AT)
        made = pdf(told, paper=paper, language=language)
        first, second = (" ".join(side.split()) for side in made.sides[:2])
        assert (made.size, made.language) == (SIZES[paper], language)
        assert said.notice[-30:] in first
        assert second.startswith(said.appendix.heading)


def test_an_empty_diary_has_a_page_that_says_so() -> None:
    first = " ".join(pdf(reading(name="")).sides[0].split())
    for said in (
        "Name: not given",
        "Year of birth: not answered",
        "Days with an entry: 0 of 28",
        "The rules found no pattern in this time. That is not an all-clear.",
        "No treatment was noted.",
        "Cancer: not answered",
        "28 of 28; longest gap 28 days",
    ):
        assert said in first


def test_the_sample_reads_as_it_was_approved() -> None:
    """Look at docs/report.png when this differs, then write the text anew."""
    with translation.override("en"):
        assert "\n".join(pdf(sample_reading()).sides) == GOLDEN.read_text()


HOSTILE = (
    '#read("/etc/passwd")',
    "#panic()",
    "$ x^2 $",
    "`raw` *strong* _emph_ @reference <label>",
    "<script>alert(1)</script>",
    "\\u{202e} \\",
    '[}{](#import "@preview/cetz:0.1.0")',
    '=HYPERLINK("http://x")',
    "%PDF-1.7 endobj",
    "a\u202eb\u2066c\u200fd",
    "\u0007\u001b[31m\ufeff",
    "👩‍⚕️ 🏳️‍🌈 ☹",
    "日本語 한국어 中文",
    "العربية עברית हिन्दी ไทย",
    "z̸̢̛̞͙̓a̷l̴g̵o̶",
    "\u0378\U000e0001\U0010ffff\ud7ff",
    "﷽𒐫ꙮ",
)
"""The syntax of Typst, HTML, spreadsheets and PDF, marks of direction, and letters of many scripts and of none."""


def hostile_strings(number: int) -> list[str]:
    chance = Random(4_711)
    letters = [*'#$*[]{}\\"/\n', "\u202e", "\u200d", "é", "ß", "😀", "अ", "字", "\u0301"]
    made: list[str] = []
    while len(made) < number:
        parts = [*chance.choices(HOSTILE, k=2), "".join(chance.choices(letters, k=8))]
        made.append(" ".join(parts)[:200])
    return made


def test_a_thousand_hostile_names_stay_text() -> None:
    """All at once, as treatments, name and notes: what any of them could do to the page it would do here."""
    names = hostile_strings(1000)
    tried = [treatment(name, started_on=day(0) - timedelta(days=number)) for number, name in enumerate(names[:100])]
    notes = [Note(day(27), name) for name in names[100:]]
    made = pdf(reading(entry(0, worst_pain=3), name=names[0], treatments=tried, notes=notes))
    told = " ".join(" ".join(made.sides).split())
    assert told.count('#read("/etc/passwd")') > 50
    assert told.count("<script>alert(1)</script>") > 50
    assert "root:" not in told
    assert "\u202e" not in told


@pytest.mark.parametrize("hostile", HOSTILE)
def test_each_of_them_alone_is_a_document(hostile: str) -> None:
    made = pdf(reading(name=hostile, treatments=[treatment(hostile)], notes=[Note(day(0), hostile)]))
    assert made.title == "Symptom diary: page for the doctor"
    assert made.language == "en"


def test_a_letter_without_a_shape_costs_the_claim_and_not_the_page() -> None:
    assert pdf(reading(name="Zoë 李 Ναί")).claims_universal_access
    assert not pdf(reading(name="\u0378")).claims_universal_access
