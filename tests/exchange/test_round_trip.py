"""What was taken out and brought in again is the same diary, whatever it holds."""

import datetime as dt
import io
import os
from dataclasses import replace
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from episodes.article.remedies import EXPERIMENT_ALLOWED
from episodes.exchange.apply import carry_out, take_back
from episodes.exchange.export_files import FILES_OF_FORMAT, pieces, write_archive
from episodes.exchange.formats.entries import HabitEntry, NightEntry, blank_episode
from episodes.exchange.formats.fields import ANSWERS, EPISODE, HABIT_NAMES, HOURS, PROVENANCE
from episodes.exchange.formats.uploads import recognised
from episodes.exchange.merge import content_of
from episodes.exchange.plan import says_the_same
from episodes.exchange.queries import diary_entries, habit_entries
from episodes.exchange.uploads import diary_of, keep_upload
from episodes.experiments.actions import store_experiment
from episodes.models import (
    Experiment,
    ExperimentNight,
    Night,
    NightRevision,
    PrivateNoteRevision,
    Profile,
    Reminder,
    User,
    acting_as,
)
from episodes.questions import choices
from episodes.stats.experiments.design import allowed_nights
from episodes.stats.nights import night_window
from tests.conftest import make_user
from tests.exchange.diaries import ODD_TEXTS, STAYS, everything, write_everything, write_full_diary

# The database changes nothing about what a file holds: the second leg only looks that it is so.
EXAMPLES = 30 if os.environ.get("LEG") == "postgresql" else 200
FORMATS = ["csv", "json", "fhir"]
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
CLOCK_CHANGES = (dt.date(2026, 3, 28), dt.date(2026, 10, 24), dt.date(2026, 4, 4), dt.date(2025, 11, 1))


# --- Generated diaries --------------------------------------------------------------------------------

letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
notes = st.one_of(st.just(""), st.sampled_from(ODD_TEXTS), st.text(letters, max_size=30))
moments = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2026, 11, 1), timezones=st.just(dt.UTC))
tidy = (
    st.text(letters, min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
    .filter(str.isprintable)
)


def value_of(field):
    """Return what one field may hold, unanswered included."""
    if field.kind == "yes_no":
        answered = st.booleans()
    elif field.kind == "whole":
        answered = st.integers(int(field.low), int(field.high))
    elif field.kind == "decimal":
        steps = int((field.high - field.low) / field.step)
        answered = st.integers(0, steps).map(lambda n: Decimal(str(field.low)) + n * Decimal(str(field.step)))
    elif field.kind == "words":
        return st.lists(st.sampled_from(HABIT_NAMES), unique=True, max_size=3).map(sorted)
    elif field.kind == "moment":
        answered = moments
    elif field.kind == "zone":
        return st.sampled_from(ZONES)
    elif field.kind == "hour":
        return st.sampled_from(list(HOURS.values()))
    else:
        answered = st.sampled_from(field.values)
    if field.default is False:
        return answered
    return st.one_of(st.none(), answered)


@st.composite
def episodes_of(draw, date, told):
    answers = {field.name: draw(value_of(field)) for field in EPISODE}
    if answers["duration_seconds"] is not None:
        answers["duration_band"] = None
    if answers["started_at"] is not None:
        start, end = night_window(date, ZoneInfo(told["time_zone"]), told["night_starts_at"].hour)
        answers["started_at"] = start + draw(
            st.integers(0, int((end - start).total_seconds()) - 1)
        ) * dt.timedelta(seconds=1)
    names = draw(st.lists(st.sampled_from(choices.values(choices.REMEDY)), unique=True, max_size=3))
    uses = [
        {"remedy": name, "helped": draw(st.one_of(st.none(), st.sampled_from(choices.values(choices.HELPED)))),
         "seconds_to_relief": draw(st.one_of(st.none(), st.integers(0, 7200)))}
        for name in sorted(names)
    ]  # fmt: skip
    return blank_episode(**answers, remedies=uses)


def own_answer(habit):
    if habit.kind == "yes_no":
        return st.booleans()
    if habit.kind == "levels":
        return st.integers(0, len(habit.levels) - 1)
    return st.one_of(st.integers(0, 99_999), st.integers(0, 9_999_900).map(lambda n: n / 100)).map(
        lambda n: int(n) if n == int(n) else n
    )


@st.composite
def night_entries(draw, date, habits):
    answers = {field.name: draw(value_of(field)) for field in ANSWERS}
    told = {field.name: draw(value_of(field)) for field in PROVENANCE}
    told["entered_via"] = draw(st.sampled_from(choices.values(choices.ENTERED_VIA)))
    own = {habit.key: draw(own_answer(habit)) for habit in habits if draw(st.booleans())}
    cramps = draw(st.lists(episodes_of(date, told), max_size=3)) if answers["outcome"] == "cramps" else []
    count = answers["episode_count"]
    if answers["outcome"] != "cramps" or (count is not None and count < len(cramps)):
        answers["episode_count"] = None
    return NightEntry(date, 0, answers, told, own, cramps, draw(notes), draw(notes))


@st.composite
def habit_lists(draw):
    labels = draw(
        st.lists(
            st.one_of(tidy, st.sampled_from(["=walk", "🦵", "שלום"])), unique_by=str.casefold, max_size=3
        )
    )
    made = []
    for number, label in enumerate(labels, 1):
        kind = draw(st.sampled_from(["yes_no", "amount", "levels"]))
        levels = (
            draw(st.lists(tidy, min_size=2, max_size=4, unique_by=str.casefold)) if kind == "levels" else []
        )
        unit = draw(tidy) if kind == "amount" else ""
        made.append(
            HabitEntry(f"h{number}", label, kind, unit, tuple(levels), draw(st.booleans()), draw(moments))
        )
    return made


@st.composite
def diaries(draw):
    habits = draw(habit_lists())
    days = st.one_of(st.sampled_from(CLOCK_CHANGES), st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 1)))
    dates = draw(st.lists(days, unique=True, max_size=4))
    return habits, [draw(night_entries(date, habits)) for date in sorted(dates)]


# --- The way out and in ---------------------------------------------------------------------------------


def as_files(person, wanted):
    """Return the bytes of an export, as a person would choose them to bring them in again."""
    now = timezone.now()
    if wanted == "zip":
        file = io.BytesIO()
        write_archive(file, now=now, by=person)
        return [file.getvalue()]
    names = [name for name in FILES_OF_FORMAT[wanted] if name != "codebook.csv"]
    return ["".join(pieces(name, with_notes=True, now=now, by=person)).encode() for name in names]


def bring_in(person, files, *, over=False):
    now = timezone.now()
    kept = keep_upload(upload=recognised(files), now=now, by=person)
    return kept, carry_out(kept=kept, diary=diary_of(kept), replace=over, now=now, by=person)


def store(person, habits, nights):
    """Write a generated diary the way an import does; what it stores is compared with the generated one."""
    from episodes.exchange.formats.entries import DiaryFile
    from episodes.exchange.plan import plan_import
    from episodes.models import Import

    kept = Import(patient=person, format="json")
    kept.save(force_insert=True)
    diary = DiaryFile(nights=nights, habits=habits)
    plan = carry_out(kept=kept, diary=diary, replace=False, now=timezone.now(), by=person)
    assert plan.problems == []
    assert plan_import(diary, replace=False, now=timezone.now(), by=person).counts["same"] == len(nights)


def read(person):
    return habit_entries(by=person), [entry for entry, _beside in diary_entries(by=person)]


def without_notes(diary):
    """Return a diary as FHIR knows it."""
    habits, nights = diary
    return habits, [replace(night, shared_note="", private_note="") for night in nights]


def assert_same_diary(one, other):
    assert one[0] == other[0]
    assert [night.date for night in one[1]] == [night.date for night in other[1]]
    for mine, theirs in zip(one[1], other[1], strict=True):
        assert mine == theirs
        assert says_the_same(mine, theirs)


@pytest.mark.timeout(500)
@pytest.mark.parametrize("wanted", FORMATS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(diary=diaries())
def test_every_diary_comes_back_as_it_was(db, wanted, diary):
    habits, nights = diary
    with transaction.atomic():
        one, other = make_user("one"), make_user("other")
        with acting_as(one):
            store(one, habits, nights)
            stored = read(one)
            files = as_files(one, wanted)
            if wanted == "fhir":
                stored = without_notes(stored)
        with acting_as(other):
            _kept, plan = bring_in(other, files)
            assert plan.problems == []
            assert plan.unread == []
            assert_same_diary(stored, read(other))
            assert as_files(other, wanted) == files if wanted == "csv" else True
        assert [night.date for night in stored[1]] == [night.date for night in nights]
        transaction.set_rollback(True)


# --- What only diary.json holds -------------------------------------------------------------------------


@st.composite
def settings_of(draw, habits):
    """Return values for the account, the facts about the person and the reminder; the last may be missing."""
    account = {
        "time_zone": draw(st.sampled_from(ZONES)),
        "night_starts_at": draw(st.sampled_from(list(HOURS.values()))),
        "week_starts_on": draw(st.sampled_from([1, 6, 7])),
        "theme": draw(st.sampled_from(choices.values(choices.THEME))),
        "language": draw(st.sampled_from(["en", "de", "es", "fr"])),
        "country": draw(st.sampled_from(["", "GB", "DE", "US"])),
        "hemisphere": draw(st.sampled_from(["north", "south"])),
        "drink_grams": draw(st.sampled_from([8, 10, 14])),
        "sharing_mails": draw(st.booleans()),
    }
    usual = {
        field.name: float(answer) if isinstance(answer, Decimal) else answer
        for field in ANSWERS
        if field.name in HABIT_NAMES and (answer := draw(value_of(field))) is not None
    }
    usual |= {f"habit_{habit.key}": draw(own_answer(habit)) for habit in habits if draw(st.booleans())}
    names = st.lists(st.sampled_from(HABIT_NAMES), unique=True, max_size=4)
    profile = {
        "birth_year": draw(st.integers(1900, 2100)),  # a row with no answer at all would be none
        "sex_at_birth": draw(st.sampled_from([None, *choices.values(choices.SEX_AT_BIRTH)])),
        "work_type": draw(st.sampled_from([None, *choices.values(choices.WORK_TYPE)])),
        "usual_day": usual,
        "active_habits": draw(st.none() | names),
        "evening_card": draw(st.booleans()),
    }
    reminder = {
        "at": draw(st.times()).replace(second=0, microsecond=0),
        "days": draw(st.lists(st.integers(1, 7), unique=True, min_size=1).map(sorted)),
        "by_email": draw(st.booleans()),
        "paused_until": draw(st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 11, 1))),
        "stopped_at": draw(st.none() | moments),
    }
    return account, profile, draw(st.sampled_from([reminder, None]))


@st.composite
def remedy_tests(draw):
    """Return (remedy, design, nights, first, seed, day of the stop or None, answers) of tests that are over."""
    made = []
    for _number in range(draw(st.integers(0, 2))):
        design = draw(st.sampled_from(["nightly", "periods"]))
        nights = draw(st.sampled_from(allowed_nights(design)))
        made.append(
            (
                draw(st.sampled_from(EXPERIMENT_ALLOWED)), design, nights,
                draw(st.dates(dt.date(2020, 1, 1), dt.date(2026, 5, 1))), draw(st.integers(0, 999)),
                draw(st.none() | st.integers(0, nights - 1)),
                draw(st.lists(st.sampled_from([None, True, False]), min_size=nights, max_size=nights)),
            )
        )  # fmt: skip
    return made


@st.composite
def whole_diaries(draw):
    habits, nights = draw(diaries())
    earlier = {
        night.date: [
            (draw(night_entries(night.date, habits)), draw(st.sampled_from(choices.values(choices.REVISION_REASON))))
            for _number in range(draw(st.integers(0, 2)))
        ]
        for night in nights
    }  # fmt: skip
    return habits, nights, earlier, draw(settings_of(habits)), draw(remedy_tests())


def store_besides(person, earlier, chosen, tests):
    """Store what stands beside the nights, row by row, and earlier copies before the one that is there."""
    for date, copies in earlier.items():
        now_at = len(copies) + 1
        for model in (Night, NightRevision, PrivateNoteRevision):
            model.objects.owned_by(person).filter(date=date).update(version=now_at)
        for version, (night, reason) in enumerate(copies, 1):
            NightRevision(
                patient=person, date=date, version=version, content=content_of(night).as_json(), reason=reason,
                by=person.pk, at=dt.datetime(2026, 1, version, tzinfo=dt.UTC),
            ).save(force_insert=True)  # fmt: skip
            PrivateNoteRevision(patient=person, date=date, version=version, text=night.private_note).save(
                force_insert=True
            )
    account, profile, reminder = chosen
    User.objects.filter(pk=person.pk).update(**account)
    Profile(patient=person, **profile).save(force_insert=True)
    if reminder:
        Reminder(patient=person, **reminder).save(force_insert=True)
    for remedy, design, nights, first, seed, stop, answers in tests:
        moment = dt.datetime.combine(first, dt.time(12), dt.UTC)
        test = store_experiment(
            remedy=remedy,
            design=design,
            nights=nights,
            first=first,
            now=moment,
            by=person,
            random=Random(seed),
        )
        rows = ExperimentNight.objects.owned_by(person).filter(experiment_id=test.pk)
        for answer in (True, False):
            dates = [first + dt.timedelta(days=day) for day, told in enumerate(answers) if told is answer]
            rows.filter(date__in=dates).update(followed=answer)
        if stop is not None:
            Experiment.objects.owned_by(person).filter(pk=test.pk).update(
                stopped_on=first + dt.timedelta(days=stop)
            )
    person.refresh_from_db()


@pytest.mark.timeout(500)
@settings(
    max_examples=EXAMPLES // 12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)  # fmt: skip
@given(whole=whole_diaries())
def test_settings_tests_and_histories_come_back_as_they_were(db, whole):
    habits, nights, earlier, chosen, tests = whole
    with transaction.atomic():
        one, other = make_user("one"), make_user("other")
        with acting_as(one):
            store(one, habits, nights)
            store_besides(one, earlier, chosen, tests)
            stored, files = everything(one), as_files(one, "json")
        with acting_as(other):
            kept, plan = bring_in(other, files)
            other.refresh_from_db()
            assert plan.problems == []
            theirs = everything(other, was_brought_in=True)
            for part, rows in stored.items():
                assert theirs[part] == rows, part
            take_back(kept=kept, now=timezone.now(), by=other)
            left = everything(other)
        assert {name for name, rows in left.items() if rows} <= {
            "account", "night_history", "private_note_history",
        }  # fmt: skip
        transaction.set_rollback(True)


@pytest.mark.parametrize("wanted", [*FORMATS, "zip"])
def test_a_diary_written_on_the_pages_comes_back_as_it_was(ada, cleo, wanted):
    write_full_diary(ada)
    with transaction.atomic(), acting_as(ada):
        stored, files = read(ada), as_files(ada, wanted)
        stored = without_notes(stored) if wanted == "fhir" else stored
    with transaction.atomic(), acting_as(cleo):
        kept, plan = bring_in(cleo, files)

        assert plan.problems == []
        assert_same_diary(stored, read(cleo))
        again = bring_in(cleo, files)[1]
        assert (again.counts["same"], again.changes_anything) == (4, False) if wanted != "fhir" else True
        assert take_back(kept=kept, now=timezone.now(), by=cleo) == (4, 0)
        assert read(cleo) == ([], [])


def test_everything_that_is_owned_comes_back_from_diary_json_and_goes_with_taking_it_back(ada, cleo):
    write_everything(ada)
    with transaction.atomic(), acting_as(ada):
        stored, files = everything(ada), as_files(ada, "json")
    with transaction.atomic(), acting_as(cleo):
        empty = everything(cleo)
        kept, plan = bring_in(cleo, files)
        cleo.refresh_from_db()
        theirs = everything(cleo, was_brought_in=True)

        assert plan.problems == []
        assert set(stored) & set(STAYS) == set()
        for part, rows in stored.items():
            assert rows, f"nothing in {part} to compare"
            assert rows != empty[part], f"nothing in {part} is another than at first"
            assert theirs[part] == rows, part
        assert not bring_in(cleo, files)[1].changes_anything
        take_back(kept=kept, now=timezone.now(), by=cleo)
        cleo.refresh_from_db()
        left = everything(cleo)
        bin_of_nights = {(row["version"], row["reason"]) for row in left.pop("night_history")}

    assert bin_of_nights == {(2, "imported"), (3, "deleted"), (4, "imported"), (5, "deleted")}
    left.pop("private_note_history")
    assert left == {part: rows for part, rows in empty.items() if part in left}
