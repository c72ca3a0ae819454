"""A diary taken out: every field, safe in a spreadsheet, noted, for its owner alone."""

import csv
import io
import json
import re
import time
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from episodes.exchange import views
from episodes.exchange.csv_export import nights_csv
from episodes.exchange.export_files import ARCHIVE, FILES_OF_FORMAT, MEDIA_TYPES
from episodes.exchange.formats.cells import defused, restored
from episodes.exchange.formats.fields import ANSWERS, EPISODE, PROVENANCE
from episodes.models import AuditEvent, Episode, Night, RemedyUse, acting_as
from episodes.stats.associations.diary_file import read_diary
from tests.broken_audit import broken_audit
from tests.conftest import PASSWORD, log_in, looking_as
from tests.diaries import write_nights
from tests.exchange.diaries import FIRST, ODD_TEXTS, body, write_full_diary

BOOKKEEPING = {"id", "patient", "client_id", "version", "date", "custom_answers"}


def table(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_stored_field_of_nights_and_cramps_is_a_column():
    night = {field.name for field in (*ANSWERS, *PROVENANCE)}
    episode = {field.name for field in EPISODE}

    assert {field.name for field in Night._meta.concrete_fields} - BOOKKEEPING == night
    assert {field.name for field in Episode._meta.concrete_fields} - BOOKKEEPING - {
        "night",
        "position",
    } == episode


def test_nights_csv_says_what_was_answered_and_nothing_else(clients, ada):
    walk, cups, shoes = write_full_diary(ada)

    rows = table(body(clients.ada.get("/account/export/nights.csv")))

    assert [row["date"] for row in rows] == ["2026-03-01", "2026-03-02", "2026-03-04", "2026-10-24"]
    first, second = rows[:2]
    assert (first["outcome"], first["alcohol_drinks"], first["sitting_hours"]) == ("cramps", "0", "6")
    assert (first["numbness"], first["weakness_after"], first["banded"]) == (
        "0",
        "1",
        "fluid_ml sitting_hours",
    )
    assert (first[f"habit_{walk}"], first[f"habit_{cups}"], first[f"habit_{shoes}"]) == (
        "0",
        "2.5",
        "mid | low",
    )
    assert rows[2][f"habit_{shoes}"] == "'=flat"
    assert (second["alcohol_drinks"], second["numbness"], second[f"habit_{walk}"]) == ("", "", "")
    assert "private_note" not in first


def test_notes_are_in_the_file_only_when_asked_for(clients, ada):
    write_full_diary(ada)

    first = table(body(clients.ada.get("/account/export/nights.csv?notes=1")))[0]

    assert first["shared_note"] == "'=HYPERLINK(1)"
    assert first["private_note"] == "🦵 שלום\n'@x"


def test_episodes_csv_has_a_line_for_each_cramp(clients, ada):
    write_full_diary(ada)

    rows = table(body(clients.ada.get("/account/export/episodes.csv")))

    assert [row["date"] for row in rows] == ["2026-03-01", "2026-03-01", "2026-10-24", "2026-10-24"]
    assert rows[0]["remedies"] == "stretch:yes:40 walk"
    assert (rows[0]["duration_seconds"], rows[0]["pain_0_10"], rows[0]["fell"]) == ("480", "0", "0")
    assert [row["started_at"] for row in rows[2:]] == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]


def test_the_code_book_explains_every_column(clients, ada):
    write_full_diary(ada)
    book = table(body(clients.ada.get("/account/export/codebook.csv")))

    for name in ("nights.csv", "episodes.csv"):
        told = [row["column"] for row in book if row["file"] == name]
        notes = "?notes=1" if name == "nights.csv" else ""
        assert told == next(csv.reader(io.StringIO(body(clients.ada.get(f"/account/export/{name}{notes}")))))
    assert all(row["meaning"] and row["type"] for row in book)


def test_analyse_diary_reads_our_nights(clients, ada):
    write_nights(ada, 60)
    _walk, _cups, shoes = write_full_diary(ada)

    read = read_diary(body(clients.ada.get("/account/export/nights.csv")))

    with acting_as(ada):
        counted = Night.objects.owned_by(ada).filter(outcome__in=["cramps", "no_cramps"]).count()
    assert len(read.dates) == counted > 40
    assert read.factors["alcohol_drinks"].values[read.dates.index(FIRST)] == 0
    assert read.factors[f"habit_{shoes}"].values[read.dates.index(FIRST)] == "mid | low"


@pytest.mark.parametrize("text", [*ODD_TEXTS, "", "plain", "'", "''=", "1-2", "'a"])
def test_a_cell_comes_back_as_it_was_and_never_runs(text):
    assert restored(defused(text)) == text
    assert not defused(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("sign", "=+-@−＝＋－＠﹦﹢﹣﹫")
@pytest.mark.parametrize(
    "hidden",
    [
        "{}1+1",
        "x;{}1+1",
        "x;y; {}1",
        "\ufeff{}1",
        "\u200b {}1",
        "\u00a0{}1",
        "x\n{}1",
        "x\t{}1",
        "'{}1",
        "x;'{}1",
        ";\t'\n{}",
    ],
)
def test_no_formula_runs_wherever_a_spreadsheet_would_begin_a_cell(hidden, sign):
    """A semicolon or a line break begins a cell where the program takes another separator; blanks are cut off."""
    text = hidden.format(sign)
    cell = defused(text)

    for piece in re.split(r"[;\t\r\n]", cell):
        assert not piece.strip(" \u00a0\ufeff\u200b").startswith(tuple("=+-@−＝＋－＠﹦﹢﹣﹫")), repr(cell)
    assert restored(cell) == text


@given(st.text(st.sampled_from("'=＝-;\t\r\n \ufeff\u200bx"), max_size=12))
def test_any_mixture_of_signs_comes_back_as_it_was(text):
    assert restored(defused(text)) == text


def test_a_long_cell_takes_no_longer_for_being_hostile():
    started = time.perf_counter()
    for cell in ("\n" * 130_000, "'\n" * 65_000, ";" * 130_000, "\n'" * 65_000, " " * 130_000, "'" * 130_000):
        assert restored(defused(cell)) == cell
    assert time.perf_counter() - started < 5


def test_everything_comes_in_one_archive(clients, ada):
    write_full_diary(ada)
    response = clients.ada.get(reverse("export-archive"))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))

    assert {*MEDIA_TYPES, "README.txt", "visit-report.pdf"} == set(archive.namelist())
    assert archive.read("visit-report.pdf").startswith(b"%PDF")
    assert "@x" in archive.read("nights.csv").decode()
    assert response["Content-Type"] == "application/zip"


def test_an_export_is_noted_with_the_number_of_nights(clients, ada):
    write_full_diary(ada)
    body(clients.ada.get("/account/export/nights.csv"))
    b"".join(clients.ada.get(reverse("export-archive")).streaming_content)

    with acting_as(ada):
        noted = list(
            AuditEvent.objects.owned_by(ada).order_by("sequence").values_list("action", "resource", "count")
        )
    assert noted == [("export", "nights.csv", 4), ("export", ARCHIVE, 4)]


@pytest.mark.django_db(transaction=True)
def test_a_download_that_cannot_be_noted_is_not_sent(clients, ada):
    write_full_diary(ada)
    with broken_audit():
        for name in MEDIA_TYPES:
            response = clients.ada.get(f"/account/export/{name}")

            assert response.status_code == 503
            assert response["Retry-After"]
            assert b"2026-03-01" not in response.content


def test_somebody_who_logged_in_long_ago_is_asked_who_they_are(clients, ada, client):
    client.force_login(ada)
    for name in (*MEDIA_TYPES, ARCHIVE):
        response = client.get(f"/account/export/{name}")
        assert response.status_code == 302
        assert response["Location"].startswith("/account/reauthenticate/?next=")
    answered = client.post(response["Location"], {"password": PASSWORD})
    assert answered["Location"] == f"/account/export/{ARCHIVE}"


def test_nobody_finds_another_persons_words_in_an_export(clients, ada, cleo, ben):
    write_full_diary(ada)
    for person in (cleo, ben):
        client = log_in(clients.nobody.__class__(), person)
        for name in MEDIA_TYPES:
            text = body(client.get(f"/account/export/{name}"))
            assert "HYPERLINK" not in text
            assert "2026-03-01" not in text


def test_the_number_of_statements_does_not_grow(ada):
    counts = []
    for nights in (30, 600):
        write_nights(ada, nights)
        with looking_as(ada), CaptureQueriesContext(connection) as asked:
            for piece in nights_csv(with_notes=True, by=ada):
                assert piece
        counts.append(len(asked))
        with looking_as(ada):
            for model in (RemedyUse, Episode, Night):
                model.objects.owned_by(ada).delete()
    assert counts[0] == counts[1] == 4


def test_a_long_download_does_not_stay_in_memory(clients, ada, monkeypatch):
    monkeypatch.setattr(views, "KEPT_IN_MEMORY", 1000)
    write_nights(ada, 60)
    response = clients.ada.get("/account/export/nights.csv")

    assert int(response["Content-Length"]) == len(body(response).encode()) > 1000


# --- From the command line ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wanted", FILES_OF_FORMAT)
def test_the_command_writes_the_same_files(ada, tmp_path, wanted, capsys):
    write_full_diary(ada)
    call_command("export_diary", "ada", format=wanted, out=tmp_path / "ada.out")

    written = [path.name for path in sorted(tmp_path.iterdir())]
    assert len(written) == len(FILES_OF_FORMAT[wanted])
    assert all(str(tmp_path) in line for line in capsys.readouterr().out.splitlines())
    assert (tmp_path / "ada.out").stat().st_mode & 0o077 == 0
    text = (tmp_path / "ada.out").read_text()
    assert "2026-03-01" in text
    if wanted == "json":
        assert json.loads(text)["account"]["username"] == "ada"
    with looking_as(ada):
        looks = AuditEvent.objects.owned_by(ada).filter(action="export").values_list("actor_id", "actor_role")
        assert list(looks) == [(None, "operator")] * len(written)


@pytest.mark.django_db(transaction=True)
def test_the_command_leaves_nothing_half_done(ada, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_diary", "ada", format="csv", out=tmp_path / "missing" / "ada.csv")
    with pytest.raises(CommandError, match="no account named"):
        call_command("export_diary", "nobody", format="csv", out=tmp_path / "x.csv")

    assert list(tmp_path.iterdir()) == []


def test_an_account_takes_out_thirty_files_an_hour_and_no_more(clients, ada, cleo, settings):
    assert settings.ACCOUNT_RATE_LIMITS["export"] == "30/h/user"
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "export": "3/h/user"}
    files = [f"/account/export/{name}" for name in ("nights.csv", "episodes.csv", "codebook.csv")]

    assert all(body(clients.ada.get(file)) for file in files)
    refused = [clients.ada.get(file) for file in (*files, reverse("export-archive"))]

    assert [answer.status_code for answer in refused] == [429] * 4
    assert "Too many tries" in refused[0].content.decode()
    with acting_as(ada):
        assert AuditEvent.objects.owned_by(ada).filter(action="export").count() == 3
    assert clients.ada.get("/account/export/").status_code == 200
    assert body(clients.cleo.get(files[0]))
