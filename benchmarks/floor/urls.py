"""The floor of each row of the table: the same query by `.values_list`, a hand-written template, no rules."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from benchmarks.floor.models import ANSWERS, HABITS, RESTLESS, SMALL, Episode, Night, Person, RemedyUse
from benchmarks.floor.questions import AMOUNTS, CRAMP, NIGHT

CRAMP_COLUMNS = (
    "side", "location", "started_at", "part_of_night", "duration_seconds", "duration_band", "pain_0_10", "woke_me",
    "felt", "wanted_to", "could_not_move", "hard_knot", "toe_curl_or_twist", "fell", "is_open",
)  # fmt: skip
TRIED = ("remedies__remedy", "remedies__helped", "remedies__seconds_to_relief")
RECORD = (
    "date", "outcome", *SMALL, *RESTLESS, "leg_warning_sign", "numbness", "weakness_after", "id", "patient_id",
    "time_zone", "night_starts_at", "outcome_recorded_at", "habits_source", "habits_before_night", *HABITS,
    "custom_answers",
)  # fmt: skip


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def enter(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Log in as `person`: this server exists for minutes, on the loopback, with generated data."""
    login(request, Person.objects.get(pk=person), "django.contrib.auth.backends.ModelBackend")
    return HttpResponse("ok")


NightForm = modelform_factory(Night, fields=[*ANSWERS])


@login_required
def night(request: HttpRequest, date: str) -> HttpResponse:
    """The form of one night, and its save: a ModelForm, the row, its cramp and what was tried."""
    mine = Night.objects.filter(patient_id=request.user.pk, date=date)
    if request.method == "POST":
        form = NightForm(request.POST)
        if not form.is_valid():
            return HttpResponse(str(form.errors), status=422)
        with transaction.atomic():
            stored, _made = Night.objects.update_or_create(
                patient_id=request.user.pk, date=date, defaults=form.cleaned_data,
                create_defaults={**form.cleaned_data, "time_zone": "UTC", "night_starts_at": dt.time(12)},
            )  # fmt: skip
            cramps = Episode.objects.filter(patient_id=request.user.pk, night=stored)
            RemedyUse.objects.filter(patient_id=request.user.pk, episode__in=cramps).delete()
            cramps.delete()
            cramp = Episode.objects.create(
                patient_id=request.user.pk, night=stored, side="left", location="calf",
                duration_band=request.POST["duration_band"], pain_0_10=request.POST["pain_0_10"],
            )  # fmt: skip
            RemedyUse.objects.create(
                patient_id=request.user.pk, episode=cramp, remedy="stretch", helped="yes"
            )
        return redirect("/")
    row = mine.values_list(*ANSWERS, "version").first()
    answers = dict(zip((*ANSWERS, "version"), row, strict=True)) if row else {}
    cramps = (
        Episode.objects.filter(
            patient_id=request.user.pk, night__patient_id=request.user.pk, night__date=date
        )
        .order_by("position")
        .values_list("id", *CRAMP_COLUMNS, *TRIED)
    )
    context = {
        "date": date,
        "version": answers.get("version", 0),
        "questions": [
            (name, words, values, str(answers.get(name)), name in AMOUNTS) for name, words, values in NIGHT
        ],
        "cramps": [dict(zip(("id", *CRAMP_COLUMNS), row, strict=False)) for row in cramps],
        "of_cramp": CRAMP,
    }
    return render(request, "night.html", context)


@login_required
def trends(request: HttpRequest) -> HttpResponse:
    """The same rows as the trends page, counted by month and by habit, and drawn as one SVG of columns."""
    first = request.GET["from"]
    rows = list(
        Night.objects.filter(patient_id=request.user.pk, date__gte=first)
        .order_by("date")
        .values_list(*RECORD)
    )
    cramps = list(
        Episode.objects.filter(
            patient_id=request.user.pk, night__patient_id=request.user.pk, night__date__gte=first
        )
        .order_by("night_id", "position", "id", "remedies__remedy")
        .values_list("night_id", "id", *CRAMP_COLUMNS, *TRIED)
    )
    months: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    habits: dict[str, list[int]] = {name: [0, 0, 0, 0] for name in HABITS}
    offset = RECORD.index(HABITS[0])
    for row in rows:
        if row[1] not in ("cramps", "no_cramps"):
            continue
        hit = row[1] == "cramps"
        month = months[row[0].year, row[0].month]
        month[0] += hit
        month[1] += 1
        for index, name in enumerate(HABITS):
            if (value := row[offset + index]) is not None:
                place = 2 * bool(value) + hit
                habits[name][place] += 1
    hours: dict[str, int] = defaultdict(int)
    for cramp in cramps:
        hours[cramp[5] or ""] += 1
    columns = [
        {
            "x": 12 * index,
            "y": 100 - round(100 * hit / of),
            "height": round(100 * hit / of),
            "words": f"{year}-{m:02}",
        }
        for index, ((year, m), (hit, of)) in enumerate(months.items())
    ]
    return render(
        request,
        "trends.html",
        {
            "columns": columns,
            "width": 12 * len(columns),
            "habits": list(habits.items()),
            "hours": dict(hours),
        },
    )


AGGREGATION = """
    SELECT night.patient_id, person.display_name,
        COUNT(*) FILTER (WHERE outcome IS NOT NULL), COUNT(*) FILTER (WHERE outcome = 'cramps'),
        COUNT(*) FILTER (WHERE outcome IN ('cramps', 'no_cramps')), MAX(date),
        COUNT(*) FILTER (WHERE leg_warning_sign IN ('left', 'right', 'both') OR weakness_after OR numbness) AS warnings
    FROM episodes_night AS night JOIN episodes_user AS person ON person.id = night.patient_id
    WHERE night.date >= %s AND night.patient_id IN (
        SELECT patient_id FROM episodes_consent WHERE clinician_id = %s AND withdrawn_at IS NULL
        AND valid_from <= %s AND valid_until > %s)
    GROUP BY night.patient_id, person.display_name ORDER BY warnings DESC LIMIT 50
"""


@login_required
def patients(request: HttpRequest) -> HttpResponse:
    """The clinician's list by one live aggregation over the last 56 nights of everybody shared."""
    now = dt.datetime.now(dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(AGGREGATION, [request.GET["from"], request.user.pk.hex, now, now])
        return render(request, "patients.html", {"rows": cursor.fetchall()})


urlpatterns = [
    path("", nothing),
    path("enter/<uuid:person>/", enter),
    path("nights/<str:date>/", night),
    path("trends/", trends),
    path("patients/", patients),
]
