"""A spreadsheet of somebody's own: its columns are chosen, its words understood, its first lines shown."""

import datetime as dt

import pytest
from django.urls import reverse

from episodes.exchange.formats.entries import DiaryFile
from episodes.exchange.formats.spreadsheet import Columns, guessed, guessed_date_form, read_spreadsheet
from episodes.exchange.formats.tables import read_table
from episodes.models import Episode
from tests.conftest import looking_as
from tests.exchange.diaries import nights_of
from tests.exchange.test_import import send, waiting

SHEET = (
    "Datum;Krampf;Wo;Minuten;Wein;Wetter\n"
    "03.03.2026;ja;linke Wade;8;2;Regen\n"
    "04.03.2026;nein;;;0;\n"
    "05.03.2026;3;beide Füße und Zehen;;;\n"
    "06.03.2026;;;;1;\n"
    "07.03.2026;vielleicht;;;;\n"
    "08.03.2026;x;rechts;0,5;ein paar;\n"
)
CHOICE = {
    "date": "Datum", "date_form": "dmy", "day": "morning", "cramp": "Krampf", "place": "Wo", "length": "Minuten",
    "length_unit": "minutes", "alcohol_drinks": "Wein",
}  # fmt: skip


def read(text, **columns):
    table = read_table(text)
    diary = DiaryFile()
    read_spreadsheet(table, Columns(**{"date": "date", "cramp": "cramp", **columns}), diary)
    return diary


def test_a_spreadsheet_comes_in_through_its_columns(clients, ada):
    page = send(clients.ada, SHEET)
    words = page.content.decode()
    kept = waiting(ada)
    address = reverse("exchange:import-columns", args=[kept.pk])
    assert page.redirect_chain[-1][0] == address
    for shown in ("linke Wade", "Wetter", "Your spreadsheet has 6 lines"):
        assert shown in words
    assert '<option value="Datum" selected>' in words
    assert '<option value="Krampf" selected>' in words
    assert '<option value="dmy" selected>' in words

    preview = clients.ada.post(address, CHOICE, follow=True).content.decode()
    assert "Line 6 (nights), Krampf “vielleicht”: this does not say whether there was a cramp" in preview
    assert "Line 7 (nights), Wein “ein paar”: write a number" in preview
    assert "Wetter" in preview
    clients.ada.post(reverse("exchange:import-preview", args=[kept.pk]))

    first, second, third = nights_of(ada)
    assert [night.date for night in (first, second, third)] == [dt.date(2026, 3, day) for day in (2, 3, 4)]
    assert [night.outcome for night in (first, second, third)] == ["cramps", "no_cramps", "cramps"]
    assert (first.alcohol_drinks, second.alcohol_drinks, third.alcohol_drinks) == (2, 0, None)
    assert (third.episode_count, first.episode_count) == (3, None)
    assert {night.entered_via for night in (first, second, third)} == {"import"}
    assert {night.outcome_recorded_at for night in (first, second, third)} == {None}
    with looking_as(ada):
        cramp, feet = Episode.objects.owned_by(ada).order_by("night__date")
    assert (cramp.side, cramp.location, cramp.duration_seconds) == ("left", "calf", 480)
    assert (feet.side, feet.location) == ("both", "toes")


def test_the_columns_must_be_chosen_and_each_once(clients, ada):
    send(clients.ada, SHEET)
    address = reverse("exchange:import-columns", args=[waiting(ada).pk])
    preview = reverse("exchange:import-preview", args=[waiting(ada).pk])

    assert clients.ada.get(preview)["Location"] == address
    assert "Choose a column." in clients.ada.post(address, {}).content.decode()
    twice = clients.ada.post(address, {**CHOICE, "cramp": "Datum"})
    assert twice.status_code == 422
    assert "This column is chosen twice." in twice.content.decode()
    assert clients.ada.post(address, {**CHOICE, "place": "<b>"}).status_code == 422


def test_what_was_chosen_can_be_changed_before_it_is_done(clients, ada):
    send(clients.ada, SHEET)
    address = reverse("exchange:import-columns", args=[waiting(ada).pk])
    clients.ada.post(address, CHOICE)

    page = clients.ada.get(address).content.decode()

    assert '<option value="Wein" selected>' in page
    assert '<option value="morning" selected>' in page


@pytest.mark.parametrize(
    ("cells", "month_first", "form"),
    [
        (["2026-11-22"], True, "ymd"), (["22/11/2026"], True, "dmy"), (["11/22/2026"], False, "mdy"),
        (["1/2/2026"], True, "mdy"), (["1/2/2026"], False, "dmy"), (["01.02.2026"], True, "dmy"), ([], True, "ymd"),
    ],
)  # fmt: skip
def test_the_form_of_the_date_is_guessed(cells, month_first, form):
    assert guessed_date_form(cells, month_first=month_first) == form


@pytest.mark.parametrize(
    ("text", "form", "date"),
    [
        ("2026-03-01", "ymd", dt.date(2026, 3, 1)), ("2026-03-01 07:30", "ymd", dt.date(2026, 3, 1)),
        ("2026-03-01T07:30:00Z", "ymd", dt.date(2026, 3, 1)), ("1.3.26", "dmy", dt.date(2026, 3, 1)),
        ("03/01/2026", "mdy", dt.date(2026, 3, 1)), ("01-03-2026", "dmy", dt.date(2026, 3, 1)),
    ],
)  # fmt: skip
def test_dates_are_read_in_the_chosen_form(text, form, date):
    assert [night.date for night in read(f"date,cramp\n{text},1\n", date_form=form).nights] == [date]


def test_several_lines_of_a_night_are_several_cramps():
    diary = read(
        "date,cramp,where\n2026-03-01,x,left calf\n2026-03-01,x,right foot\n2026-03-01,no,\n", place="where"
    )

    (night,) = diary.nights
    assert [cramp["location"] for cramp in night.episodes] == ["calf", "foot"]
    assert [problem.code for problem in diary.problems] == ["date_twice"]


def test_columns_are_guessed_by_their_names_and_none_twice():
    table = read_table("Night of date,Had a cramp?,Where,alcohol_drinks,activity,other\n1,1,1,1,1,1\n")

    assert guessed(table) == {
        "date": "Night of date", "cramp": "Had a cramp?", "place": "Where", "alcohol_drinks": "alcohol_drinks",
        "activity": "activity",
    }  # fmt: skip


def test_an_analysis_file_comes_in_as_it_is(clients, ada):
    send(clients.ada, "date,cramp,episodes,alcohol_drinks\n2026-03-01,1,2,0\n2026-03-02,0,,\n")
    address = reverse("exchange:import-columns", args=[waiting(ada).pk])
    page = clients.ada.get(address).content.decode()
    assert page.count(" selected>") >= 4
    clients.ada.post(
        address,
        {"date": "date", "date_form": "ymd", "day": "evening", "cramp": "cramp", "length_unit": "minutes",
         "alcohol_drinks": "alcohol_drinks"},
    )  # fmt: skip
    clients.ada.post(reverse("exchange:import-preview", args=[waiting(ada).pk]))

    assert [(night.outcome, night.alcohol_drinks) for night in nights_of(ada)] == [
        ("cramps", 0),
        ("no_cramps", None),
    ]
