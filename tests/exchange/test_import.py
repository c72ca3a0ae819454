"""A diary brought in: nothing before it was seen, nothing half, and all of it can be taken back."""

import datetime as dt
import io
import json
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from episodes.exchange.uploads import KEPT_FOR
from episodes.models import (
    AuditEvent,
    Condition,
    CustomHabit,
    Episode,
    Import,
    Medicine,
    Night,
    NightRevision,
    PrivateNote,
    Profile,
    RemedyUse,
    VisitQuestion,
    acting_as,
)
from tests.broken_audit import broken_audit
from tests.conftest import looking_as, write_night
from tests.diaries import write_nights
from tests.exchange.diaries import FIRST, body, nights_of, write_full_diary

HEAD = "date,outcome,alcohol_drinks,shared_note\n"
SECOND = FIRST + dt.timedelta(days=1)


def send(client, *files, follow=True):
    """Send files and return the page that comes then."""
    sent = [
        SimpleUploadedFile(f"{n}.csv", f if isinstance(f, bytes) else f.encode()) for n, f in enumerate(files)
    ]
    return client.post("/account/import/", {"files": sent}, follow=follow)


def waiting(person):
    with looking_as(person):
        return Import.objects.owned_by(person).filter(state="waiting").first()


def do(client, person, *files, **choice):
    """Send files, carry them out, and return the row."""
    page = send(client, *files)
    assert page.status_code == 200, page.content.decode()
    kept = waiting(person)
    done = client.post(reverse("exchange:import-preview", args=[kept.pk]), choice)
    assert done.status_code == 302, done.content.decode()
    with looking_as(person):
        kept.refresh_from_db(fields=["state", "content", "added", "replaced", "result"])
    return kept


def exported(client, name, query=""):
    return body(client.get(f"/account/export/{name}{query}"))


def test_the_dry_run_says_line_by_line_what_would_change_and_changes_nothing(clients, ada):
    write_night(ada, FIRST, "cramps", alcohol_drinks=1)
    write_night(ada, SECOND, "no_cramps")
    page = send(
        clients.ada,
        HEAD
        + "2026-03-01,no_cramps,2,\n2026-03-02,no_cramps,,\n2026-03-03,cramps,0.5,x\n2026-03-04,maybe,1,\n",
    ).content.decode()

    for words in ("1 Mar 2026", "yours stays", "the same already", "added", "1 line cannot be read"):
        assert words in page, words
    assert (
        "Line 5 (nights), outcome “maybe”: use one of: no_cramps, cramps, unsure, not_in_bed."
        in page.replace("&quot;", '"')
    )
    assert [night.outcome for night in nights_of(ada)] == ["cramps", "no_cramps"]


def test_a_file_is_looked_at_two_hundred_times_an_hour_and_no_more(clients, ada, cleo, settings):
    assert settings.ACCOUNT_RATE_LIMITS["import_preview"] == "200/h/user"
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "import_preview": "3/h/user"}
    text = HEAD + "2026-03-01,no_cramps,2,\n"
    send(clients.ada, text)
    address, columns = (
        reverse(f"exchange:import-{n}", args=[waiting(ada).pk]) for n in ("preview", "columns")
    )

    looks = [clients.ada.get(address).status_code for _time in range(2)]
    refused = [
        clients.ada.get(address),
        clients.ada.post(address),
        clients.ada.get(columns),
    ]

    assert looks == [200, 200]
    assert [page.status_code for page in refused] == [429] * 3
    assert "Wait an hour, then try again." in refused[0].content.decode()
    assert nights_of(ada) == []
    assert send(clients.cleo, text).status_code == 200


def test_only_missing_nights_are_added_unless_told(clients, ada):
    write_night(ada, FIRST, "cramps", alcohol_drinks=1)
    text = HEAD + "2026-03-01,no_cramps,2,mine\n2026-03-02,cramps,3,=1+1\n"

    kept = do(clients.ada, ada, text)
    first, second = nights_of(ada)
    assert (kept.added, kept.replaced, kept.state, kept.content) == (1, 0, "done", None)
    assert (first.outcome, first.alcohol_drinks, first.version) == ("cramps", 1, 1)
    assert (second.outcome, second.entered_via) == ("cramps", "import")
    assert second.imported_at is not None
    assert second.outcome_recorded_at is None

    kept = do(clients.ada, ada, text, replace="on")
    first, second = nights_of(ada)
    assert (kept.added, kept.replaced) == (0, 1)
    assert (first.outcome, first.alcohol_drinks, first.version) == ("no_cramps", 2, 2)
    assert second.version == 1


def test_what_the_file_does_not_have_stays_when_a_night_is_written_over(clients, ada):
    write_night(
        ada,
        FIRST,
        "cramps",
        sitting_hours=6,
        private_note="secret",
        episodes=[{"side": "left", "location": "calf"}],
    )
    do(clients.ada, ada, "date,outcome,alcohol_drinks\n2026-03-01,cramps,2\n", replace="on")

    (night,) = nights_of(ada)
    with looking_as(ada):
        assert (night.alcohol_drinks, night.sitting_hours) == (2, 6)
        assert Episode.objects.owned_by(ada).get().location == "calf"
        assert PrivateNote.objects.owned_by(ada).get().text == "secret"


def test_a_line_that_contradicts_the_cramps_described_here_never_takes_them_away(clients, ada):
    write_night(ada, FIRST, "cramps", episodes=[{"side": "left"}, {"side": "right"}])
    text = "date,outcome,episode_count\n2026-03-01,no_cramps,\n"

    send(clients.ada, text)
    address = reverse("exchange:import-preview", args=[waiting(ada).pk])
    page, told = (clients.ada.get(address + query).content.decode() for query in ("", "?replace=on"))

    assert "yours stays" in page
    assert "cannot be read" not in page
    assert "you described cramps for this night here" in told
    do(clients.ada, ada, text, replace="on")
    assert [night.outcome for night in nights_of(ada)] == ["cramps"]


def test_taking_it_back_leaves_the_diary_as_it_was(clients, ada):
    write_full_diary(ada)
    before = [
        exported(clients.ada, name, query)
        for name, query in (("nights.csv", "?notes=1"), ("episodes.csv", ""))
    ]
    kept = do(
        clients.ada, ada,
        "date,outcome,shared_note,private_note,changed_at\n2026-03-01,unsure,new,,\n2026-03-05,cramps,a,b,\n",
        replace="on",
    )  # fmt: skip
    assert (kept.added, kept.replaced) == (1, 1)

    said = clients.ada.post(reverse("exchange:import-undo", args=[kept.pk]), follow=True).content.decode()

    after = [
        exported(clients.ada, name, query)
        for name, query in (("nights.csv", "?notes=1"), ("episodes.csv", ""))
    ]
    assert "Taken back: 2 nights." in said
    assert [without_changed_at(text) for text in after] == [without_changed_at(text) for text in before]
    bin_page = clients.ada.get("/nights/bin/").content.decode()
    assert "5" in bin_page
    history = clients.ada.get("/nights/2026-03-01/history/").content.decode()
    assert "read from a file" in history
    assert "put back" in history


def without_changed_at(text):
    import csv

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return [
        {name: cell for name, cell in row.items() if name not in ("changed_at", "imported_at")}
        for row in rows
    ]


def test_a_night_changed_since_stays_when_the_rest_is_taken_back(clients, ada):
    kept = do(clients.ada, ada, HEAD + "2026-03-01,cramps,1,\n2026-03-02,cramps,1,\n")
    write_night(ada, FIRST, "no_cramps")

    said = clients.ada.post(reverse("exchange:import-undo", args=[kept.pk]), follow=True).content.decode()

    assert "Taken back: 1 night. 1 night stays, because you changed it since." in said
    assert [night.date for night in nights_of(ada)] == [FIRST]
    again = clients.ada.post(reverse("exchange:import-undo", args=[kept.pk]), follow=True).content.decode()
    assert "This was taken back already." in again


def test_a_night_that_was_in_the_bin_can_come_from_a_file(clients, ada):
    write_night(ada, FIRST, "cramps")
    clients.ada.post(f"/nights/{FIRST}/delete/", {"version": 1})
    assert nights_of(ada) == []

    do(clients.ada, ada, HEAD + "2026-03-01,no_cramps,,\n")

    (night,) = nights_of(ada)
    assert (night.outcome, night.version) == ("no_cramps", 3)


def test_everything_in_diary_json_comes_along(clients, ada, cleo):
    write_full_diary(ada)
    with looking_as(ada):
        Condition(patient=ada, key="kidney", started_on=dt.date(2020, 1, 1)).save(force_insert=True)
        Medicine(patient=ada, drug_class="statin", name="=x", stopped_on=dt.date(2026, 1, 1)).save(
            force_insert=True
        )
        VisitQuestion(patient=ada, text="Why? 🦵", asked_on=FIRST).save(force_insert=True)
        Profile(patient=ada, birth_year=1955, usual_day={"activity": 1, "habit_h1": True}).save(
            force_insert=True
        )

    kept = do(clients.cleo, cleo, exported(clients.ada, "diary.json"))

    mine, theirs = (json.loads(exported(client, "diary.json")) for client in (clients.ada, clients.cleo))
    for part in ("conditions", "medicines", "visit_questions", "profile", "own_habits"):
        assert without_ids(theirs[part]) == without_ids(mine[part])
        assert mine[part]
    assert without_ids(theirs["nights"]) == without_ids(mine["nights"])
    assert kept.added == 4
    clients.cleo.post(reverse("exchange:import-undo", args=[kept.pk]))
    empty = json.loads(exported(clients.cleo, "diary.json"))
    assert all(
        empty[part] == [] for part in ("conditions", "medicines", "visit_questions", "own_habits", "nights")
    )


def without_ids(value):
    if isinstance(value, list):
        return [without_ids(each) for each in value]
    if isinstance(value, dict):
        return {name: without_ids(each) for name, each in value.items() if name not in ("id", "version")}
    return value


def test_the_three_spreadsheets_come_in_together_and_the_archive_too(clients, ada, cleo):
    write_full_diary(ada)
    names = ("episodes.csv", "own_habits.csv", "nights.csv")
    do(clients.cleo, cleo, *(exported(clients.ada, name) for name in names))

    for name in names:
        assert exported(clients.cleo, name) == exported(clients.ada, name)


def test_an_own_habit_of_the_same_name_is_the_same_habit(clients, ada, cleo):
    write_full_diary(ada)
    with looking_as(cleo):
        CustomHabit(patient=cleo, key="h1", label="Other", kind="yes_no").save(force_insert=True)
        CustomHabit(patient=cleo, key="h2", label="shoes", kind="levels", levels=["new", "mid | low"]).save(
            force_insert=True
        )
    names = ("episodes.csv", "own_habits.csv", "nights.csv")
    do(clients.cleo, cleo, *(exported(clients.ada, name) for name in names))

    with looking_as(cleo):
        habits = {habit.label: habit for habit in CustomHabit.objects.owned_by(cleo)}
    assert set(habits) == {"Other", "shoes", "Evening walk", "=cups"}
    assert habits["shoes"].levels == ["new", "mid | low", "=flat", "back\\slash"]
    first, _second, third = nights_of(cleo)[:3]
    assert first.custom_answers == {habits["Evening walk"].key: False, habits["=cups"].key: 2.5, "h2": 1}
    assert third.custom_answers == {"h2": 2}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_half_written(clients, ada):
    send(clients.ada, HEAD + "2026-03-01,cramps,1,note\n")
    kept = waiting(ada)
    with broken_audit():
        answer = clients.ada.post(reverse("exchange:import-preview", args=[kept.pk]))

    assert answer.status_code == 503
    assert "Nothing was changed" in answer.content.decode()
    assert nights_of(ada) == []
    assert waiting(ada) is not None


def test_the_same_file_sent_twice_is_carried_out_once(clients, ada):
    send(clients.ada, HEAD + "2026-03-01,cramps,1,\n")
    address = reverse("exchange:import-preview", args=[waiting(ada).pk])

    assert clients.ada.post(address).status_code == 302
    assert clients.ada.post(address).status_code == 404
    assert len(nights_of(ada)) == 1


def test_a_file_that_waits_is_gone_after_an_hour_or_with_the_next(clients, ada):
    send(clients.ada, HEAD + "2026-03-01,cramps,1,\n")
    first = waiting(ada)
    send(clients.ada, HEAD + "2026-03-02,cramps,1,\n")
    second = waiting(ada)
    assert clients.ada.get(reverse("exchange:import-preview", args=[first.pk])).status_code == 404
    assert clients.ada.get(reverse("exchange:import-preview", args=[second.pk])).status_code == 200

    with time_machine.travel(timezone.now() + KEPT_FOR + dt.timedelta(minutes=1)):
        assert clients.ada.get(reverse("exchange:import-preview", args=[second.pk])).status_code == 404
        clients.ada.get("/account/import/")
    assert waiting(ada) is None


def test_an_import_is_noted_and_so_is_taking_it_back(clients, ada):
    kept = do(clients.ada, ada, HEAD + "2026-03-01,cramps,1,\n")
    clients.ada.post(reverse("exchange:import-undo", args=[kept.pk]))

    with acting_as(ada):
        events = AuditEvent.objects.owned_by(ada).order_by("sequence")
        assert list(events.values_list("action", "resource", "count")) == [
            ("import", "csv", 1),
            ("undo", "csv", 1),
        ]
    looks = clients.ada.get("/sharing/looks/").content.decode()
    assert "You read a file into your diary." in looks


def test_imported_nights_are_in_the_history_and_can_be_changed(clients, ada):
    do(clients.ada, ada, HEAD + "2026-03-01,cramps,1,\n")
    with looking_as(ada):
        revision = NightRevision.objects.owned_by(ada).get()
    assert (revision.reason, revision.version, revision.content["answers"]["alcohol_drinks"]) == (
        "imported",
        1,
        1.0,
    )
    assert write_night(ada, FIRST, "no_cramps").version == 2


def test_statements_do_not_grow_with_the_rows(clients, ada, cleo):
    """Rows go in by the hundred; everything else is a fixed number of statements."""
    counts, inserts = [], []
    for nights in (1, 20, 400):  # the first row of an audit chain has none before it
        write_nights(ada, nights)
        files = [exported(clients.ada, name) for name in ("nights.csv", "episodes.csv")]
        send(clients.cleo, *files)
        kept = waiting(cleo)
        with CaptureQueriesContext(connection) as asked:
            assert clients.cleo.post(reverse("exchange:import-preview", args=[kept.pk])).status_code == 302
        ours = [query["sql"] for query in asked if '"episodes_' in query["sql"]]
        counts.append(len([sql for sql in ours if not sql.startswith("INSERT")]))
        inserts.append(len(ours) - counts[-1])
        with looking_as(cleo):
            assert Night.objects.owned_by(cleo).count() == nights
        for person in (ada, cleo):
            with looking_as(person):
                for model in (RemedyUse, Episode, Night, NightRevision):
                    model.objects.owned_by(person).delete()
    assert counts[1] == counts[2] <= 25
    assert inserts[2] < 400 / 4


# --- From the command line ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("wanted", "name"), [("csv", "nights.csv"), ("csv", "ada.csv"), ("csv", "a.zip"), ("json", "x")]
)
def test_the_commands_take_a_diary_from_one_account_to_another(ada, cleo, tmp_path, wanted, name, capsys):
    write_full_diary(ada)
    call_command("export_diary", "ada", format=wanted, out=tmp_path / name, notes=True)
    capsys.readouterr()
    call_command("import_diary", "cleo", tmp_path / name, dry_run=True)
    told = capsys.readouterr().out
    assert "Line " in told
    assert "2026-03-01: added" in told
    with looking_as(cleo):
        assert not Night.objects.owned_by(cleo).exists()
        assert not Import.objects.owned_by(cleo).exists()

    call_command("import_diary", "cleo", tmp_path / name)

    assert "Nights: 4 new" in capsys.readouterr().out
    with looking_as(cleo):
        assert Night.objects.owned_by(cleo).count() == 4
        assert Episode.objects.owned_by(cleo).count() == 4
        assert RemedyUse.objects.owned_by(cleo).count() == 2
        assert PrivateNote.objects.owned_by(cleo).count() == 1
        assert CustomHabit.objects.owned_by(cleo).count() == 3
        (noted,) = AuditEvent.objects.owned_by(cleo).filter(action="import")
        assert (noted.actor_id, noted.actor_role) == (None, "operator")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe", "UTF-8"), (b"a,b\n1,2\n", "columns of its own"), (b"{}", "not a diary"), (b"", "empty")],
)
def test_the_command_says_in_one_sentence_why_nothing_was_read(ada, tmp_path, content, words):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("import_diary", "ada", tmp_path / "x")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_diary", "ada", tmp_path / "missing")
    assert nights_of_command(ada) == 0


def nights_of_command(person):
    with looking_as(person):
        return Night.objects.owned_by(person).count()


def test_our_archive_may_hold_more_than_we_read(clients, ada, cleo):
    write_full_diary(ada)
    archive = zipfile.ZipFile(
        io.BytesIO(b"".join(clients.ada.get(reverse("export-archive")).streaming_content))
    )
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as copy:
        for name in ("nights.csv", "episodes.csv", "own_habits.csv", "README.txt"):
            copy.writestr(name, archive.read(name))

    assert do(clients.cleo, cleo, again.getvalue()).added == 4
