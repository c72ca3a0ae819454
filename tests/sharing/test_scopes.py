"""Scopes hold in every generated text: canaries in each section, and alcohol planted as what goes with cramps."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from episodes.charts.cards import build_trend_cards
from episodes.diaries.shared import active_consent, review_records
from episodes.models import (
    SCOPES,
    Condition,
    CustomHabit,
    Episode,
    Experiment,
    Medicine,
    Night,
    PrivateNote,
    SharedNote,
    VisitQuestion,
    acting_as,
)
from episodes.nights.own_habits import with_level_words
from episodes.review.nights import habit_columns, night_lines
from episodes.review.panel import SORTS, PanelChoice, panel_page
from episodes.review.summary import review_summary
from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.diary_factors import analysis_input
from episodes.stats.nights import last_night
from tests.conftest import grant, write_night

NIGHTS = 84
LONG_AGO = dt.date(2019, 5, 17)
# What each section looks like wherever it is printed: as a value, as a word, as a field.
MARKS = {
    "nights": ("13 min", "duration_seconds=754"),
    "habits": ("4,321", "4321", "fluid_ml", "usual day, changed", "usual_changed", "Habits filled"),
    "alcohol": ("alcohol", "Alcohol", "<td>13.5</td>"),
    "health": ("canary-medicine", "kidney", "Kidney"),
    "own_habits": ("canary-habit", "habit_h1", "70,707.25", "70707.25"),
    "experiments": (repr(LONG_AGO),),
    "notes": ("canary-shared",),
    "report": ("canary-question",),
}
NEVER = ("canary-private",)
# Coordinates of drawings are no answers; the words and numbers in a drawing stay.
SHAPES = re.compile(r'(?<=\s)(?:d|x|y|x1|x2|y1|y2|cx|cy|r|width|height|transform|points|viewBox)="[^"]*"')


@pytest.fixture
def diary(ada):
    """Ada's diary: on the evenings with 13.5 drinks she sat long and mostly had a cramp; else seldom."""
    last = last_night(timezone.now(), ada.zone)
    nights, episodes = [], []
    for back in range(NIGHTS):
        has_drunk = back % 2 == 0
        has_cramp = (back % 14 != 0) if has_drunk else (back % 14 == 1)
        night = Night(
            patient=ada, date=last - dt.timedelta(days=back), outcome="cramps" if has_cramp else "no_cramps",
            time_zone=ada.time_zone, alcohol_drinks=13.5 if has_drunk else 0, sitting_hours=11 if has_drunk else 2,
            fluid_ml=4321 if back % 3 else 900, custom_answers={"h1": 70707.25 if back % 5 else 1.0},
            habits_source="usual_changed", outcome_recorded_at=timezone.now() - dt.timedelta(days=back),
        )  # fmt: skip
        nights.append(night)
        if has_cramp:
            episodes.append(
                Episode(patient=ada, night=night, side="left", location="calf", duration_seconds=754)
            )
    with acting_as(ada):
        Night.objects.owned_by(ada).bulk_create(nights)
        Episode.objects.owned_by(ada).bulk_create(episodes)
        for row in (
            Condition(patient=ada, key="kidney"),
            Medicine(patient=ada, drug_class="statin", name="canary-medicine"),
            CustomHabit(patient=ada, key="h1", label="canary-habit", kind="amount", unit="cups"),
            Experiment(patient=ada, remedy="heat", design="nightly", started_on=LONG_AGO, nights=56,
                       schedule=[0, 1] * 28, nonce="n", hash="h", stopped_on=LONG_AGO),
            SharedNote(patient=ada, date=last, text="canary-shared"),
            PrivateNote(patient=ada, date=last, text="canary-private"),
            VisitQuestion(patient=ada, text="canary-question", asked_on=last),
        ):  # fmt: skip
            row.save(force_insert=True)
    return ada


def texts_for(client, clinician, patient):
    """Return name -> text of everything that is made for a clinician about this patient.

    A page, sentence, flag or file that is new belongs here.
    """
    page = f"/admin/patients/{patient.pk}/"
    texts = {
        f"page {query}": client.get(page + query).content.decode()
        for query in ("", "?period=28", "?period=182&nights=2", "?period=all")
    }
    texts |= {f"list {sort}": client.get(f"/admin/?sort={sort}").content.decode() for sort in SORTS}
    texts["search"] = client.get("/admin/?q=ada").content.decode()
    texts["warnings"] = client.get("/admin/?show=warnings").content.decode()
    now, last = timezone.now(), last_night(timezone.now(), patient.zone)
    with acting_as(clinician):
        rows = panel_page(choice=PanelChoice(), last=last, now=now, by=clinician)
        texts["rows"] = "\n".join(map(repr, rows))
        consent = active_consent(patient_id=patient.pk, now=now, by=clinician)
        records = review_records(consent=consent, first=dt.date.min, last=last, by=clinician)
    texts["records"] = repr(records)
    nights = with_level_words(records.nights or (), records.own_habit_kinds)
    first = last - dt.timedelta(days=NIGHTS - 1)
    lines = night_lines(nights, first, last) if records.nights is not None else ()
    texts["summary"] = repr(review_summary(nights, first, last))
    columns = habit_columns(nights, records.own_habits or {})
    texts["lines"] = repr(lines) + repr([(column.key, column.label) for column in columns])
    texts["drawings"] = repr(build_trend_cards(nights, first, last, starts_at_hour=12))
    texts["analysis"] = repr(analyse(analysis_input(nights, records.own_habit_kinds)))
    return {name: SHAPES.sub("", text) for name, text in texts.items()}


def places_of(scope, texts):
    return [name for name, text in texts.items() if any(mark in text for mark in MARKS[scope])]


def test_what_is_shared_is_said(clients, diary, ben):
    texts = texts_for(clients.ben, ben, diary)

    for scope in SCOPES:
        assert "records" in places_of(scope, texts), scope
    for scope in set(SCOPES) - {"experiments"}:
        assert "page ?period=28" in places_of(scope, texts), scope
    for scope in ("habits", "alcohol", "own_habits"):
        assert {"analysis", "lines"} <= set(places_of(scope, texts)), scope


@pytest.mark.parametrize("left_out", SCOPES)
def test_a_section_left_out_stands_in_no_text(clients, diary, ben, left_out):
    shared = [scope for scope in SCOPES if scope != left_out]
    grant(diary, ben, scopes=shared)

    texts = texts_for(clients.ben, ben, diary)

    assert places_of(left_out, texts) == []
    for scope in shared:
        needs_nights = left_out == "nights" and scope in ("habits", "alcohol")
        assert bool(places_of(scope, texts)) is not needs_nights, scope


@pytest.mark.parametrize("only", SCOPES)
def test_a_section_shared_alone_brings_no_other(clients, diary, ben, only):
    grant(diary, ben, scopes=[only])

    texts = texts_for(clients.ben, ben, diary)

    for other in set(SCOPES) - {only}:
        assert places_of(other, texts) == [], other


def test_a_private_note_is_in_no_text(clients, diary, ben):
    texts = texts_for(clients.ben, ben, diary)

    assert [name for name, text in texts.items() if any(mark in text for mark in NEVER)] == []


@pytest.mark.parametrize(
    "hidden",
    [
        {"private_note": "canary-private"},
        {"shared_note": "canary-shared"},
        {"alcohol_drinks": 2},
        {"sitting_hours": 9},
        {"custom_answers": {"h1": 1}},
    ],
    ids=lambda hidden: next(iter(hidden)),
)
def test_an_earlier_night_of_which_nothing_is_shared_moves_no_number(clients, diary, ben, hidden):
    """Its date would make the diary look longer: a clinician would learn that there is something."""
    grant(diary, ben, scopes=["nights"])
    before = countable(texts_for(clients.ben, ben, diary))

    write_night(
        diary, last_night(timezone.now(), diary.zone) - dt.timedelta(days=NIGHTS + 40), None, **hidden
    )

    after = countable(texts_for(clients.ben, ben, diary))
    assert {name for name in before if before[name] != after[name]} == set()


def countable(texts):
    """Return the texts without what differs each time a page is made."""
    changing = re.compile(r'name="(?:csrfmiddlewaretoken|seen)" value="[^"]+"|datetime\.datetime\([^)]*\)')
    return {name: changing.sub("", text) for name, text in texts.items()}


def analysis_for(clinician, patient):
    now, last = timezone.now(), last_night(timezone.now(), patient.zone)
    with acting_as(clinician):
        consent = active_consent(patient_id=patient.pk, now=now, by=clinician)
        records = review_records(consent=consent, first=dt.date.min, last=last, by=clinician)
    return analyse(analysis_input(records.nights, records.own_habit_kinds))


def test_the_planted_alcohol_is_found_and_named_beside_sitting_where_it_is_shared(diary, ben):
    result = analysis_for(ben, diary)

    alcohol, sitting = result.factor("alcohol_drinks"), result.factor("sitting_hours")
    assert alcohol.answered == NIGHTS
    assert [level.cramps.x for level in alcohol.levels][-1] > 30
    assert "alcohol_drinks" in [other.other for other in sitting.together]


def test_unshared_alcohol_never_enters_the_comparison(diary, ben):
    grant(diary, ben, scopes=[scope for scope in SCOPES if scope != "alcohol"])

    result = analysis_for(ben, diary)

    assert result.factor("alcohol_drinks") is None
    assert result.factor("sitting_hours").answered == NIGHTS
    assert "alcohol" not in repr(result)


def test_unshared_habits_leave_no_trace_of_where_answers_came_from(diary, ben):
    grant(diary, ben, scopes=["nights", "alcohol"])
    now, last = timezone.now(), last_night(timezone.now(), diary.zone)
    with acting_as(ben):
        consent = active_consent(patient_id=diary.pk, now=now, by=ben)
        records = review_records(consent=consent, first=dt.date.min, last=last, by=ben)

    assert {night.habits_source for night in records.nights} == {None}
    assert {frozenset(night.habits) for night in records.nights} == {frozenset({"alcohol_drinks"})}


# --- Somebody who is patient and clinician --------------------------------------------------------


@pytest.fixture
def both(ben):
    """Ben, who reads Ada's diary, keeps one of his own."""
    with acting_as(ben):
        Medicine(patient=ben, drug_class="statin", name="canary-of-ben").save(force_insert=True)
        VisitQuestion(patient=ben, text="question-of-ben", asked_on=LONG_AGO).save(force_insert=True)
    write_night(ben, last_night(timezone.now(), ben.zone), "cramps", shared_note="note-of-ben")
    return ben


OWN_PAGES = (
    "/",
    "/calendar/",
    "/calendar/list/",
    "/trends/?range=all",
    "/remedies/",
    "/account/health/",
    "/sharing/",
)


def test_the_own_pages_of_a_clinician_show_nothing_of_a_patient(clients, diary, both):
    for path in OWN_PAGES:
        body = clients.ben.get(path).content.decode()
        for marks in MARKS.values():
            assert [mark for mark in marks if mark.startswith("canary") and mark in body] == [], path
    assert "canary-of-ben" in clients.ben.get("/account/health/").content.decode()
    assert clients.ben.get("/trends/?range=all").context["cards"].written == 1


def test_the_review_pages_of_a_clinician_show_nothing_of_their_own_diary(clients, diary, both):
    texts = texts_for(clients.ben, both, diary)

    assert [name for name, text in texts.items() if "of-ben" in text] == []
    assert [row.patient.pk for row in clients.ben.get("/admin/").context["rows"]] == [diary.pk]
    assert clients.ben.get(f"/admin/patients/{both.pk}/").status_code == 404


def test_reading_somebody_needs_a_consent_although_one_keeps_a_diary_oneself(clients, diary, both, cleo):
    write_night(cleo, LONG_AGO, shared_note="canary-of-cleo")
    assert clients.ben.get(f"/admin/patients/{cleo.pk}/").status_code == 404

    grant(diary, both, scopes=["health"])
    with acting_as(both):
        assert {night.patient_id for night in Night.objects.visible_to(both)} == {both.pk}
        assert {fact.patient_id for fact in Medicine.objects.visible_to(both)} == {both.pk, diary.pk}


def test_who_is_a_clinician_no_more_keeps_the_own_diary_alone(clients, diary, both):
    both.is_clinician = False
    both.save(update_fields=["is_clinician"])

    with acting_as(both):
        assert {fact.patient_id for fact in Medicine.objects.visible_to(both)} == {both.pk}
    assert clients.ben.get(f"/admin/patients/{diary.pk}/").status_code == 404
    assert "canary-of-ben" in clients.ben.get("/account/health/").content.decode()
