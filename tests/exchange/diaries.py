"""A diary with something in every field, for the files."""

import datetime as dt
import json
import random

from django.utils import timezone

from episodes.exchange.export_files import pieces
from episodes.experiments.actions import answer_followed, stop_experiment, store_experiment
from episodes.habits.actions import add_habit
from episodes.models import (
    Condition,
    Medicine,
    Night,
    NightRevision,
    Profile,
    RemedyPlan,
    Reminder,
    User,
    VisitQuestion,
    acting_as,
)
from episodes.reminders.actions import save_reminder
from tests.conftest import looking_as, write_night

FIRST = dt.date(2026, 3, 1)
CLOCK_BACK = dt.date(2026, 10, 24)  # London: 01:30 comes twice in this night
ODD_TEXTS = (
    "=1+1",
    "'=1+1",
    "@cmd",
    "-5",
    "+49 30",
    "\t=x",
    "🦵 cramp",
    "שלום עולם",
    'a "quoted", line\nsecond',
)


def body(response):
    """Return what a download holds, as text."""
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content).decode()


def write_full_diary(person):
    """Write own habits of all kinds and four nights that use every field; return the keys of the habits."""
    with looking_as(person):
        kinds = [
            add_habit(label="Evening walk", kind="yes_no", by=person),
            add_habit(label="=cups", kind="amount", unit="cups", by=person),
            add_habit(label="Shoes", kind="levels", levels=["=flat", "mid | low", "back\\slash"], by=person),
        ]
    walk, cups, shoes = (habit.key for habit in kinds)
    write_night(
        person, FIRST, "cramps", shared_note="=HYPERLINK(1)", private_note="🦵 שלום\n@x", episode_count=3,
        sleep_disturbance_0_10=0, soreness_morning_0_10=4, soreness_next_day_0_10=10, kept_awake_minutes=40,
        sleep_quality_1_5=2, restless_legs="unsure", urge_to_move="yes", crawling="no", worse_at_rest="unsure",
        moving_relieves="yes", comes_back_when_i_stop="no", worse_in_evening="yes", leg_warning_sign="left",
        numbness=False, weakness_after=True, activity=0, sitting_hours=6, hard_floor_hours=0.5, longest_still_hours=3,
        sitting_posture="crossed", alcohol_drinks=0, fluid_ml=1250, hot_or_sweating=True, vomiting_or_diarrhoea=False,
        bedtime_tightness_0_10=0, stretched_minutes=0, warm_bath=True, heat_at_bedtime=False, massage_at_bedtime=True,
        acupuncture=False, banded=["fluid_ml", "sitting_hours"], habits_source="usual_changed",
        custom_answers={walk: False, cups: 2.5, shoes: 1},
        episodes=[
            {"side": "left", "location": "calf", "started_at": dt.datetime(2026, 3, 2, 2, 30, tzinfo=dt.UTC),
             "duration_seconds": 480, "pain_0_10": 0, "woke_me": True, "felt": "both", "wanted_to": "stretch",
             "could_not_move": False, "hard_knot": True, "toe_curl_or_twist": False, "fell": False,
             "remedies": [{"remedy": "stretch", "helped": "yes", "seconds_to_relief": 40},
                          {"remedy": "walk", "helped": None, "seconds_to_relief": None}]},
            {"part_of_night": "3_6", "duration_band": "over_60"},
        ],
    )  # fmt: skip
    write_night(
        person, FIRST + dt.timedelta(days=1), "no_cramps", dont_know=["alcohol_drinks", f"habit_{cups}"]
    )
    write_night(person, FIRST + dt.timedelta(days=3), "unsure", custom_answers={shoes: 0})
    write_night(
        person, CLOCK_BACK, "cramps",
        episodes=[
            {"started_at": dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)},
            {"started_at": dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)},
        ],
    )  # fmt: skip
    return walk, cups, shoes


SETTINGS = {
    "time_zone": "America/New_York", "night_starts_at": dt.time(18), "week_starts_on": 7, "theme": "dark",
    "language": "fr", "country": "DE", "hemisphere": "south", "drink_grams": 14, "sharing_mails": False,
}  # fmt: skip


def write_everything(person):
    """Write a full diary and all that a diary.json brings back besides; every setting is another than at first."""
    walk, cups, _shoes = write_full_diary(person)
    night = {"episodes": [{"side": "left", "pain_0_10": 3}], "custom_answers": {walk: True}}
    with looking_as(person):
        write_night(person, FIRST + dt.timedelta(days=1), "cramps", private_note="a first thought", **night)
        write_night(person, FIRST + dt.timedelta(days=1), "unsure", dont_know=[f"habit_{cups}"], fluid_ml=750)
        Condition(patient=person, key="kidney", started_on=dt.date(2020, 1, 1)).save(force_insert=True)
        Medicine(patient=person, drug_class="statin", name="=x", stopped_on=dt.date(2026, 1, 1)).save(
            force_insert=True
        )
        VisitQuestion(patient=person, text="Why? 🦵", asked_on=FIRST).save(force_insert=True)
        RemedyPlan(patient=person, remedy="stretching", date=FIRST, done=False).save(force_insert=True)
        RemedyPlan(patient=person, remedy="heat", date=timezone.localdate()).save(force_insert=True)
        Profile(
            patient=person, birth_year=1955, sex_at_birth="female", work_type="mixed",
            usual_day={"activity": 0, "sitting_hours": 6.5, "warm_bath": False, f"habit_{walk}": True},
            active_habits=["fluid_ml", "activity"], hidden_insights=["some_sentence"], evening_card=False,
        ).save(force_insert=True)  # fmt: skip
        save_reminder(
            at=dt.time(7, 45), days=[6, 1], by_email=True, paused_until=dt.date(2026, 12, 24),
            now=timezone.now(), by=person,
        )  # fmt: skip
        Reminder.objects.owned_by(person).update(stopped_at=timezone.now())
        write_tests(person)
    User.objects.filter(pk=person.pk).update(**SETTINGS)
    person.refresh_from_db()


def write_tests(person):
    """Write a test of a remedy that came to its end, and one that was stopped."""
    chance = random.Random(4)
    for first, remedy, design, nights in (
        (dt.date(2025, 1, 1), "massage", "periods", 84),
        (dt.date(2026, 1, 1), "stretching", "nightly", 56),
    ):
        moment = dt.datetime.combine(first, dt.time(12), dt.UTC)
        test = store_experiment(
            remedy=remedy, design=design, nights=nights, first=first, now=moment, by=person, random=chance
        )
        for day, followed in ((0, True), (1, False)):
            answer_followed(
                experiment=test, date=first + dt.timedelta(days=day), followed=followed, now=timezone.now(),
                by=person,
            )  # fmt: skip
        if design == "nightly":
            assert stop_experiment(experiment=test, now=moment + dt.timedelta(days=20), by=person)


# What never comes back out of a file, each with its reason; everything else must.
STAYS = {
    **dict.fromkeys(("schema", "schema_version", "exported_at"), "about the file"),
    **dict.fromkeys(("email_addresses", "second_steps", "sessions", "api_tokens"), "the way into an account"),
    **dict.fromkeys(("agreements", "consents", "mails_about_sharing"), "consent is given anew"),
    **dict.fromkeys(("report_links", "calendar_links", "reminder_browsers"), "opens something"),
    **dict.fromkeys(("clinician_card", "invitations", "clinician_notes", "clinician_reviews", "record_numbers"), "others wrote it"),
    **dict.fromkeys(("audit", "reminders_sent", "files_brought_in"), "what happened elsewhere"),
    **dict.fromkeys(("timed_cramps", "repeated_writes"), "what single devices sent, so that it counts once"),
}  # fmt: skip
NOT_COMPARED = {
    "id", "client_id", "session", "by", "resumed_at", "snoozes", "snoozed_night", "snoozed_until",
    "username", "email", "display_name", "date_joined", "last_login", "is_active", "is_clinician", "is_superuser",
}  # fmt: skip


def everything(person, *, was_brought_in=False):
    """Return what a diary.json of `person` holds, without ids and without what never comes back.

    was_brought_in: without the copy of each night that the import itself made, and with versions before it.
    """
    diary = json.loads("".join(pieces("diary.json", now=timezone.now(), by=person)))
    diary = {part: rows for part, rows in diary.items() if part not in STAYS}
    seals = {row["id"]: row["hash"] for row in diary["experiments"]}
    for row in diary["experiment_nights"]:
        row["experiment"] = seals[row["experiment"]]
    diary["experiment_nights"].sort(key=lambda row: (row["experiment"], row["date"]))
    if was_brought_in:
        newest = {night["date"]: night["version"] for night in diary["nights"]}
        with acting_as(person):
            copies = NightRevision.objects.owned_by(person).filter(reason="imported")
            assert newest.items() <= {(row.date.isoformat(), row.version) for row in copies}
        for part in ("night_history", "private_note_history"):
            diary[part] = [row for row in diary[part] if row["version"] < newest[row["date"]]]
        for night in diary["nights"]:
            night["version"] -= 1
    return _plain(diary)


def _plain(value):
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if name not in NOT_COMPARED}
    return value


def nights_of(person):
    with acting_as(person):
        return list(Night.objects.owned_by(person).order_by("date"))
