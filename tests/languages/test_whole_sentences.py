"""Sentences with answers, units and counts in them read whole in another language."""

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.template.loader import render_to_string
from django.utils import translation

from episodes.diaries.habit_words import AnswerWords
from episodes.diary.views import usual_day_words
from episodes.stats.periods.summaries import Coverage
from episodes.templatetags.diary_format import episode_words
from episodes.templatetags.habit_format import named, said, season_names

TEXTS = {
    "hours": "Stunden",
    "hour": "Stunde",
    "yes": "ja",
    "Yes": "Ja",
    "Sitting": "Sitzen",
    ("%(n)s minute", "%(n)s minutes"): ("%(n)s Minute", "%(n)s Minuten"),
    "Light": "Leicht",
    "summer": "Sommer",
    "winter": "Winter",
    ("%(nights)s not written", "%(nights)s not written"): (
        "%(nights)s nicht geschriebene",
        "%(nights)s nicht geschriebenen",
    ),
}


@pytest.fixture
def in_german(settings, tmp_path):
    """German with a catalogue of these few texts, so that the test does not hang on what a translator wrote."""
    catalogue = Catalog(locale="de")
    for english, german in TEXTS.items():
        catalogue.add(english, german)
    written = io.BytesIO()
    write_mo(written, catalogue)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(written.getvalue())
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("de"):
        yield


@pytest.mark.parametrize(
    ("answer", "unit", "words"),
    [
        (AnswerWords("yes"), "", "ja"),
        (AnswerWords("Light"), "", "Leicht"),
        (AnswerWords("Light", is_own=True), "", "Light"),
        (AnswerWords(lowest=1.0, highest=1.0), "hours", "1 Stunde"),
        (AnswerWords(lowest=1.5, highest=4.0), "hours", "1,5–4 Stunden"),
        (AnswerWords(lowest=2000000.0, highest=2000000.0), "", "2000000"),
        (None, "hours", ""),
    ],
)
def test_an_answer_is_said_in_the_readers_words_numbers_and_units(in_german, answer, unit, words):
    assert said(answer, unit) == words


@pytest.mark.parametrize(("hours", "words"), [(1, "1 Stunde"), (6.5, "6,5 Stunden")])
def test_a_number_of_the_usual_day_has_its_comma_and_its_unit(in_german, hours, words):
    assert usual_day_words({"sitting_hours": hours}, []) == [("Sitzen", words)]


@pytest.mark.parametrize(("seconds", "words"), [(60, "1 Minute"), (90, "1,5 Minuten")])
def test_the_length_of_a_cramp_agrees_with_its_number(in_german, seconds, words):
    assert episode_words({"duration_seconds": seconds}) == words


def test_what_a_person_typed_is_never_translated(in_german):
    assert named("Light", True) == "Light"
    assert named("Light", False) == "Leicht"


def test_seasons_are_one_list(in_german):
    assert season_names(("summer", "winter")) == "Sommer, Winter"


@pytest.mark.parametrize(("nights", "words"), [(1, "1 nicht geschriebene."), (3, "3 nicht geschriebenen.")])
def test_nights_that_are_left_out_agree_with_their_number(in_german, nights, words):
    coverage = Coverage(
        used=10 - nights, not_written=nights, no_cramps=0, no_answer=0, unsure=0,
        not_in_bed=0, late=0, lateness_unknown=0,
    )  # fmt: skip
    assert words in render_to_string("charts/_coverage.html", {"coverage": coverage})


@pytest.mark.parametrize("template", ["charts/_drawing.html", "report/_nights.html"])
def test_coordinates_keep_their_point_where_numbers_have_a_comma(in_german, template):
    """An SVG reads "12,5" as two numbers."""
    label = {"x": 12.5, "y": 30.5, "css_class": "axis", "anchor": "start", "text": "1"}
    drawing = {"width": 12.5, "height": 40.5, "labels": [label], "shapes": []}
    rows = {
        "width": 12.5, "height": 40.5, "number_x": 3.5, "numbers": [(12.5, 30.5, 2)], "signs": [(12.5, 30.5, "?")],
        "rows": [{"y": 30.5, "cramps": 1, "counted": 2}], "nights_in_row": 7,
    }  # fmt: skip
    part = {"rows": rows, "now": {"x": 1, "n": 2}, "cramps": 0}
    page = render_to_string(template, {"drawing": drawing, "part": part, "id": "x"})
    svg = page[page.index("<svg") : page.index("</svg>")]
    assert 'x="12.5"' in svg
    assert 'y="30.5"' in svg
    assert ",5" not in svg
