"""Long diaries for pages and counts: plain, regular, quick to write; no claim to look real."""

import datetime as dt

from django.utils import timezone

from episodes.models import Episode, Night, Profile, RemedyUse, acting_as
from episodes.stats.nights import last_night


def write_nights(patient, count, *, last=None):
    """Write `count` nights up to `last` (default: last night), a third with one or two cramps."""
    last = last or last_night(timezone.now(), patient.zone)
    nights, episodes, uses = [], [], []
    for number in range(count):
        date = last - dt.timedelta(days=number)
        outcome = ("cramps", "no_cramps", "no_cramps", "no_cramps", "unsure", "cramps", "not_in_bed")[
            number % 7
        ]
        night = Night(
            patient=patient, date=date, outcome=outcome, time_zone=patient.time_zone, sitting_hours=(number * 3) % 12,
            alcohol_drinks=number % 3, activity=number % 4, banded=["sitting_hours"], habits_source="own",
            outcome_recorded_at=dt.datetime.combine(date + dt.timedelta(days=1), dt.time(7), dt.UTC),
            restless_legs="yes" if number % 11 == 0 else None,
            soreness_next_day_0_10=number % 8 if outcome == "cramps" else None,
        )  # fmt: skip
        nights.append(night)
        if outcome != "cramps":
            continue
        for position in range(1 + number % 2):
            episode = Episode(
                patient=patient, night=night, position=position, side=("left", "right")[number % 2], location="calf",
                part_of_night=("0_3", "3_6")[position], duration_band=("1_5", "5_10", "10_30")[number % 3],
                pain_0_10=number % 11,
            )  # fmt: skip
            episodes.append(episode)
            uses.append(RemedyUse(patient=patient, episode=episode, remedy="stretch", helped="yes"))
    with acting_as(patient):
        Night.objects.owned_by(patient).bulk_create(nights)
        Episode.objects.owned_by(patient).bulk_create(episodes)
        RemedyUse.objects.owned_by(patient).bulk_create(uses)


def set_usual_day(patient, **answers):
    with acting_as(patient):
        Profile(patient=patient, usual_day=answers).save(force_insert=True)
