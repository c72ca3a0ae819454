"""What diary.json brings back besides nights: shown first, never over a choice, never what opens something."""

import datetime as dt
import json
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from episodes.exchange.export_files import pieces
from episodes.exchange.messages import problem_in_words
from episodes.experiments.actions import store_experiment
from episodes.models import (
    ApiToken,
    CalendarLink,
    Consent,
    CustomHabit,
    DataConsent,
    Experiment,
    ExperimentNight,
    NightRevision,
    PrivateNoteRevision,
    Profile,
    PushSubscription,
    Reminder,
    ReportLink,
    ReviewNote,
    User,
    acting_as,
)
from tests.conftest import grant, looking_as, write_night
from tests.exchange.diaries import FIRST, everything, nights_of, write_everything
from tests.exchange.test_import import do, send, waiting
from tests.exchange.test_round_trip import bring_in

NIGHT = {"date": "2026-03-01", "outcome": "no_cramps"}
COPY = {
    "date": "2026-03-01", "version": 1, "reason": "written", "at": "2026-03-02T07:00:00Z",
    "content": {"answers": {"outcome": "cramps"}, "episodes": [{"side": "left"}], "shared_note": "then"},
}  # fmt: skip
TEST = {
    "id": "t", "remedy": "stretching", "design": "nightly", "nights": 56, "started_on": "2026-01-01",
    "schedule": [0, 0, 1, 1] * 14, "nonce": "ab" * 32, "hash": "0" * 64, "made_at": "2026-01-01T12:00:00Z",
}  # fmt: skip
TEST_NIGHT = {"experiment": "t", "date": "2026-01-01", "arm": 0, "followed": True}


def file_of(**parts):
    return json.dumps({"schema_version": 1, **parts})


def written(person):
    """Return the diary.json of somebody."""
    with transaction.atomic(), acting_as(person):
        return "".join(pieces("diary.json", now=timezone.now(), by=person))


def state(person):
    with transaction.atomic(), acting_as(person):
        return everything(User.objects.get(pk=person.pk))


def test_the_dry_run_names_every_setting_and_what_stays_in_the_file_and_changes_nothing(clients, ada, cleo):
    write_everything(ada)
    User.objects.filter(pk=cleo.pk).update(country="IE")
    before = state(cleo)

    page = send(clients.cleo, written(ada)).content.decode()

    for words in (
        "America/New_York", "Dark colours", "14 grams of alcohol", "Sunday", "07:45", "Mon, Sat", "Français",
        "1955", "4 answers", "Female", "yours stays", "Also write over nights and settings",
        "Tests of a remedy", "2 to add, 0 there already", "Earlier copies of nights", "6 to add",
        "log-in, devices and keys, agreements, sharing, links", "give your consent anew",
    ):  # fmt: skip
        assert words in page, words
    assert state(cleo) == before


@pytest.mark.parametrize("replace", [False, True])
def test_a_setting_that_was_chosen_here_stays_unless_told(clients, ada, cleo, replace):
    write_everything(ada)
    User.objects.filter(pk=cleo.pk).update(theme="light")
    with looking_as(cleo):
        Profile(patient=cleo, birth_year=1980, evening_card=True).save(force_insert=True)
        Reminder(patient=cleo, at=dt.time(21), days=[2]).save(force_insert=True)

    do(clients.cleo, cleo, written(ada), **({"replace": "on"} if replace else {}))

    cleo.refresh_from_db()
    with looking_as(cleo):
        profile, reminder = Profile.objects.owned_by(cleo).get(), Reminder.objects.owned_by(cleo).get()
    assert (cleo.theme, cleo.drink_grams) == ("dark" if replace else "light", 14)
    assert (profile.birth_year, profile.sex_at_birth) == (1955 if replace else 1980, "female")
    assert (reminder.at, reminder.days) == ((dt.time(7, 45), [1, 6]) if replace else (dt.time(21), [2]))


def test_a_setting_changed_since_stays_when_the_import_is_taken_back(clients, cleo):
    file = file_of(
        account={"theme": "dark", "drink_grams": 14}, profile=[{"birth_year": 1955, "work_type": "mixed"}]
    )
    kept = do(clients.cleo, cleo, file)
    User.objects.filter(pk=cleo.pk).update(drink_grams=8)
    with looking_as(cleo):
        Profile.objects.owned_by(cleo).update(birth_year=1960)

    clients.cleo.post(reverse("exchange:import-undo", args=[kept.pk]))

    cleo.refresh_from_db()
    with looking_as(cleo):
        profile = Profile.objects.owned_by(cleo).get()
    assert (cleo.theme, cleo.drink_grams, profile.birth_year, profile.work_type) == ("auto", 8, 1960, None)


def test_a_test_that_runs_is_never_brought_in(clients, ada, cleo):
    first = timezone.localdate() - dt.timedelta(days=10)
    with looking_as(ada):
        test = store_experiment(
            remedy="stretching", design="nightly", nights=56, first=first, now=timezone.now(), by=ada
        )
    exported = json.loads(written(ada))
    made_up = {**exported["experiments"][0], "schedule": test.schedule, "nonce": test.nonce}

    for experiments in (exported["experiments"], [made_up]):
        file = file_of(experiments=experiments, experiment_nights=exported["experiment_nights"])
        page = send(clients.cleo, file).content.decode()
        assert "Line 1 (tests of a remedy): this test of a remedy still ran when the file was made" in page
        clients.cleo.post(reverse("exchange:import-preview", args=[waiting(cleo).pk]))
        with looking_as(cleo):
            assert not Experiment.objects.owned_by(cleo).exists()
            assert not ExperimentNight.objects.owned_by(cleo).exists()


def test_a_test_that_is_over_has_its_page_and_its_seal_and_is_there_once(clients, ada, cleo):
    write_everything(ada)
    do(clients.cleo, cleo, written(ada))
    User.objects.update(language="en")
    page = send(clients.cleo, written(ada)).content.decode()
    assert "0 to add, 2 there already" in page

    with looking_as(cleo):
        tests = list(Experiment.objects.owned_by(cleo))
    for test in tests:
        shown = clients.cleo.get(reverse("experiments:experiment-detail", args=[test.pk]))
        assert shown.status_code == 200
    assert len(tests) == 2


def test_earlier_copies_are_in_the_history_and_can_be_brought_back(clients, cleo):
    notes = [{"date": "2026-03-01", "version": 1, "text": "a secret of then"}]
    do(clients.cleo, cleo, file_of(nights=[NIGHT], night_history=[COPY], private_note_history=notes))

    page = clients.cleo.get("/nights/2026-03-01/history/").content.decode()
    assert page.index("read from a file") < page.index("then")
    clients.cleo.post("/nights/2026-03-01/restore/", {"copy": 1, "version": 2})

    (night,) = nights_of(cleo)
    assert (night.outcome, night.version) == ("cramps", 3)
    assert "a secret of then" in clients.cleo.get("/nights/2026-03-01/").content.decode()


def test_two_histories_of_one_night_are_never_mixed(clients, cleo):
    write_night(cleo, FIRST, "cramps", private_note="mine")
    with looking_as(cleo):
        (mine,) = NightRevision.objects.owned_by(cleo)
    file = file_of(nights=[NIGHT], night_history=[{**COPY, "version": 5}, {**COPY, "version": 1}])

    do(clients.cleo, cleo, file)
    clients.cleo.post(f"/nights/{FIRST}/delete/", {"version": 1})
    do(clients.cleo, cleo, file)

    with looking_as(cleo):
        copies = NightRevision.objects.owned_by(cleo).order_by("version")
        assert [(copy.version, copy.reason) for copy in copies] == [
            (1, "written"), (2, "deleted"), (3, "imported"),
        ]  # fmt: skip
        assert copies[0].pk == mine.pk
        assert PrivateNoteRevision.objects.owned_by(cleo).count() == 2


def test_nothing_that_opens_an_account_or_a_diary_comes_out_of_a_file(clients, ada, ben, cleo):
    grant(ada, ben)
    with looking_as(ben):
        ReviewNote(patient=ada, author=ben, author_name="Dr Ben", text="canary").save(force_insert=True)
    with looking_as(ada):
        PushSubscription(patient=ada, endpoint="https://push.example.org/x").save(force_insert=True)
    CalendarLink.objects.create(user=ada, token_hash="canary")
    file = json.loads(written(ada))
    file["api_tokens"] = [{"name": "x", "secret_hash": "0" * 64, "scopes": ["export"]}]
    file["report_links"] = [{"secret_hash": "0" * 64, "sections": []}]
    file["account"] |= {
        "is_superuser": True, "is_clinician": True, "email": "x@example.org", "username": "other",
        "password": "x", "session_epoch": 9, "is_active": False, "display_name": "Other",
    }  # fmt: skip
    clients.cleo.get("/")
    names = [field.name for field in User._meta.concrete_fields]
    before = User.objects.filter(pk=cleo.pk).values(*names).get()

    send(clients.cleo, json.dumps(file))
    if waiting(cleo):
        clients.cleo.post(reverse("exchange:import-preview", args=[waiting(cleo).pk]))

    assert User.objects.filter(pk=cleo.pk).values(*names).get() == before
    assert DataConsent.objects.filter(user=cleo).count() == 1
    assert not CalendarLink.objects.filter(user=cleo).exists()
    assert not Authenticator.objects.filter(user=cleo).exists()
    with looking_as(cleo):
        for model in (ApiToken, Consent, PushSubscription, ReportLink, ReviewNote):
            assert not model.objects.owned_by(cleo).exists(), model


HOSTILE = {
    "a zone that is none": {"account": {"time_zone": "Moon/Sea"}},
    "a zone out of the folder": {"account": {"time_zone": "../../etc/passwd"}},
    "a language nobody speaks": {"account": {"language": ["en"]}},
    "a theme that is a list": {"account": {"theme": ["dark"]}},
    "a day that is none": {"account": {"week_starts_on": True}},
    "drinks without end": {"account": {"drink_grams": 10**30}},
    "a noon of its own": {"account": {"night_starts_at": "03:00"}},
    "mails by word": {"account": {"sharing_mails": "yes"}},
    "a birth long ago": {"profile": [{"birth_year": 1}]},
    "a usual day of lists": {"profile": [{"usual_day": {"activity": [1]}}]},
    "a usual day of nothing": {"profile": [{"usual_day": {"activity": None}}]},
    "a usual day out of range": {"profile": [{"usual_day": {"sitting_hours": 99}}]},
    "a usual day of strangers": {"profile": [{"usual_day": {"<script>": 1}}]},
    "a usual day that is text": {"profile": [{"usual_day": "x"}]},
    "habits that are none": {"profile": [{"active_habits": ["nobody"]}]},
    "habits that are objects": {"profile": [{"active_habits": [{}]}]},
    "a reminder at 25": {"reminder": [{"at": "25:00"}]},
    "a reminder on day 8": {"reminder": [{"days": [8]}]},
    "a reminder on days of words": {"reminder": [{"days": ["Monday"]}]},
    "a pause for ever": {"reminder": [{"paused_until": "2099-01-01"}]},
    "a stop without a zone": {"reminder": [{"stopped_at": "2026-01-01T00:00:00"}]},
    "a test of poison": {"experiments": [{**TEST, "remedy": "quinine"}]},
    "a test of a list": {"experiments": [{**TEST, "remedy": ["stretching"]}]},
    "a test without design": {"experiments": [{**TEST, "design": {}}]},
    "a test without end": {"experiments": [{**TEST, "nights": 10**9}]},
    "a test of a half": {"experiments": [{**TEST, "nights": 57}]},
    "a draw that was none": {"experiments": [{**TEST, "schedule": [1] * 56}]},
    "a draw of words": {"experiments": [{**TEST, "schedule": ["1"] * 56}]},
    "a draw that is too short": {"experiments": [{**TEST, "schedule": [0, 1]}]},
    "a seal that is none": {"experiments": [{**TEST, "hash": ["0"]}]},
    "a nonce that is none": {"experiments": [{**TEST, "nonce": "<b>"}]},
    "a test that begins next year": {"experiments": [{**TEST, "started_on": "2099-01-01"}]},
    "a test stopped before it began": {"experiments": [{**TEST, "stopped_on": "2025-01-01"}]},
    "a test at the end of time": {"experiments": [{**TEST, "started_on": "9999-12-31"}]},
    "a night outside the test": {
        "experiments": [TEST],
        "experiment_nights": [{**TEST_NIGHT, "date": "2026-06-01"}],
    },
    "a night twice": {"experiments": [TEST], "experiment_nights": [TEST_NIGHT, TEST_NIGHT]},
    "a third arm": {"experiments": [TEST], "experiment_nights": [{**TEST_NIGHT, "arm": 2}]},
    "an arm that is yes": {"experiments": [TEST], "experiment_nights": [{**TEST_NIGHT, "arm": True}]},
    "a plan that was maybe followed": {
        "experiments": [TEST],
        "experiment_nights": [{**TEST_NIGHT, "followed": "maybe"}],
    },
}
HOSTILE_COPIES = {
    "no content": {"content": None},
    "a content of lists": {"content": {"answers": []}},
    "answers out of range": {"content": {"answers": {"outcome": "cramps", "sitting_hours": 99}}},
    "cramps that are numbers": {"content": {"answers": {"outcome": "cramps"}, "episodes": [1]}},
    "a note that is a list": {"content": {"answers": {}, "shared_note": []}},
    "a cramp of another year": {
        "content": {"answers": {"outcome": "cramps"}, "episodes": [{"started_at": "1999-01-01T00:00:00Z"}]}
    },
    "cramps without a cramp": {"content": {"answers": {"outcome": "no_cramps"}, "episodes": [{}]}},
    "own answers of words": {"content": {"answers": {"custom_answers": {"h1": []}}}},
    "a reason that is none": {"reason": "stolen"},
    "a version of 0": {"version": 0},
    "a version without end": {"version": 2**31},
    "a version of words": {"version": "1"},
    "a moment to come": {"at": "2099-01-01T00:00:00Z"},
    "a moment that is none": {"at": 5},
    "a date that is none": {"date": "yesterday"},
}


def test_hostile_values_are_named_and_change_nothing(cleo):
    before = state(cleo)
    for name, parts in HOSTILE.items():
        plan = carried_out(cleo, file_of(**parts))
        assert len(plan.problems) == 1, name
        assert problem_in_words(plan.problems[0]).startswith("Line 1 ("), name
        assert not plan.changes_anything, name
    assert state(cleo) == before


def test_a_hostile_copy_is_named_and_the_night_comes_without_it(clients, cleo):
    with looking_as(cleo):
        CustomHabit(patient=cleo, key="h1", label="Walk", kind="yes_no").save(force_insert=True)
    for day, (name, wrong) in enumerate(HOSTILE_COPIES.items()):
        date = (FIRST + dt.timedelta(days=day)).isoformat()
        file = file_of(nights=[{**NIGHT, "date": date}], night_history=[{**COPY, "date": date, **wrong}])
        (problem,) = carried_out(cleo, file).problems
        assert problem_in_words(problem).startswith("Line 1 (earlier copies of nights): "), name
        with looking_as(cleo):
            assert [copy.reason for copy in NightRevision.objects.owned_by(cleo).filter(date=date)] == [
                "imported"
            ], name
    assert clients.cleo.get("/nights/2026-03-01/history/").status_code == 200


def carried_out(person, text):
    """Bring a file in as the page does; return what was done."""
    with transaction.atomic(), acting_as(person):
        return bring_in(person, [text.encode()])[1]


def test_nights_belong_to_one_test_however_many_name_them(cleo):
    tests = [{**TEST, "hash": f"{n:064}"} for n in range(20)]
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(56)]
    nights = [{**TEST_NIGHT, "date": day.isoformat()} for day in days]

    start = time.process_time()
    plan = carried_out(cleo, file_of(experiments=tests, experiment_nights=nights * 500))
    taken = time.process_time() - start
    assert [problem.line for problem in plan.problems] == [1]
    assert taken < 3

    carried_out(
        cleo,
        file_of(experiments=[{**TEST, "hash": f"{n:064x}"} for n in (254, 255)], experiment_nights=nights),
    )
    with looking_as(cleo):
        hashes = list(ExperimentNight.objects.owned_by(cleo).values_list("experiment__hash", flat=True))
    assert hashes == [f"{254:064x}"] * 56


def test_hostile_values_stand_on_the_page_as_words(clients, cleo):
    file = file_of(
        account={"theme": "<script>alert(1)</script>", "language": ["en"], "drink_grams": 10**30},
        profile=[{"usual_day": {"<script>": 1}}], experiments=[{**TEST, "remedy": "quinine"}, {}],
    )  # fmt: skip

    page = send(clients.cleo, file)

    assert page.status_code == 200
    assert "6 lines cannot be read and are left out" in page.content.decode()
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    "parts",
    [
        {"account": []}, {"account": "x"}, {"reminder": {}}, {"experiments": [1]}, {"night_history": "x"},
        {"experiment_nights": [{}] * 30_001},
        {"nights": [NIGHT], "night_history": [{**COPY, "reason": "x"}] * 300},
    ],
    ids=str,
)  # fmt: skip
def test_a_part_that_is_damaged_or_without_end_is_refused_whole(clients, cleo, parts):
    before = state(cleo)

    page = send(clients.cleo, file_of(**parts))

    assert page.status_code == 422
    assert state(cleo) == before


def test_statements_do_not_grow_with_copies_and_tests(cleo, clients):
    counts = []
    for number in (1, 2, 40):  # the first row of the chain of looks has none before it
        dates = [(FIRST + dt.timedelta(days=day)).isoformat() for day in range(number)]
        file = file_of(
            account={"theme": "dark"}, reminder=[{"at": "07:00", "days": [1]}],
            nights=[{**NIGHT, "date": date} for date in dates],
            night_history=[
                {**COPY, "date": date, "version": version} for date in dates for version in (1, 2, 3)
            ],
            experiments=[{**TEST, "id": str(n), "hash": f"{n:064x}"} for n in range(number)],
            experiment_nights=[{**TEST_NIGHT, "experiment": str(n)} for n in range(number)],
        )  # fmt: skip
        send(clients.cleo, file)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            clients.cleo.post(reverse("exchange:import-preview", args=[waiting(cleo).pk]))
        with looking_as(cleo):
            kept = cleo_import(cleo)
            assert NightRevision.objects.owned_by(cleo).count() == 4 * number
        with CaptureQueriesContext(connection) as back:
            clients.cleo.post(reverse("exchange:import-undo", args=[kept]))
        counts.append(
            [len([each for each in some if not each["sql"].startswith("INSERT")]) for some in (queries, back)]
        )
        with looking_as(cleo):
            assert not Experiment.objects.owned_by(cleo).exists()
            NightRevision.objects.owned_by(cleo).delete()
    assert counts[1] == counts[2]


def cleo_import(person):
    from episodes.models import Import

    return Import.objects.owned_by(person).filter(state="done").latest("done_at").pk


@pytest.mark.django_db(transaction=True)
def test_the_command_says_the_same_line_by_line(ada, cleo, tmp_path, capsys):
    write_everything(ada)
    call_command("export_diary", "ada", format="json", out=tmp_path / "diary.json")
    capsys.readouterr()

    call_command("import_diary", "cleo", tmp_path / "diary.json", dry_run=True)

    told = capsys.readouterr().out
    for words in (
        "Setting time_zone, America/New_York: added", "Setting theme, Dark colours: added",
        "2 experiments", "140 experiment_nights", "6 earlier copies", "stay in the file",
    ):  # fmt: skip
        assert words in told, words
    assert state(cleo)["account"]["theme"] == "auto"
    call_command("import_diary", "cleo", tmp_path / "diary.json")
    assert state(cleo)["account"]["theme"] == "dark"
