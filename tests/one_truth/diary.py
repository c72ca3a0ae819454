"""A diary by chance, with late, unsure and unwritten nights, blanks, and cramps of every kind."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

from episodes.models import Episode, Night, RemedyUse, acting_as

LONDON = ZoneInfo("Europe/London")
LAST = dt.date(2026, 11, 21)
PLACES = ("calf", "foot", "toes", "shin", "thigh_front", "hamstring", "other")
LENGTHS = ("under_1", "1_5", "5_10", "10_30", "30_60", "over_60", None)
REMEDIES = ("stretch", "massage", "heat", "walk", "waited")


def write_diary(patient, nights, seed):
    """Write a diary of `nights` evenings up to last night, and the beginning of tonight."""
    chance = random.Random(seed)

    def maybe(value, share=0.7):
        return value if chance.random() < share else None

    rows, cramps, uses = [], [], []
    for back in range(nights - 1, -2, -1):
        date = LAST - dt.timedelta(days=back)
        is_end = back in (nights - 1, 0)
        if chance.random() < 0.08 and not is_end:
            continue
        outcome = chance.choices(("cramps", "no_cramps", "unsure", "not_in_bed", None), (40, 45, 6, 5, 4))[0]
        if is_end:
            outcome = "cramps"
        late = chance.choice((0, 0, 0, 0, 0, 6, None))
        night = Night(
            patient=patient, date=date, outcome=outcome, time_zone="Europe/London",
            outcome_recorded_at=None
            if late is None or outcome is None
            else dt.datetime.combine(date + dt.timedelta(days=1 + late), dt.time(7), dt.UTC),
            imported_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC) if late is None and outcome else None,
            habits_source=maybe(chance.choice(("own", "usual", "usual_changed"))),
            warm_bath=maybe(chance.random() < 0.3), sitting_hours=maybe(chance.choice((2, 6, 10))),
            acupuncture=maybe(False, 0.3), massage_at_bedtime=maybe(False, 0.9),
            sleep_disturbance_0_10=maybe(chance.randrange(11)), sleep_quality_1_5=maybe(chance.randrange(1, 6)),
            soreness_next_day_0_10=maybe(chance.choice((0, 2, 5, 8))),
            soreness_morning_0_10=maybe(chance.choice((0, 3))), kept_awake_minutes=maybe(chance.randrange(60)),
            restless_legs=maybe(chance.choice(("yes", "no", "unsure")), 0.4),
            leg_warning_sign=maybe(chance.choice(("left", "none", "none", "none")), 0.3),
            weakness_after=maybe(chance.random() < 0.1, 0.3), numbness=maybe(chance.random() < 0.1, 0.3),
        )  # fmt: skip
        rows.append(night)
        if outcome not in ("cramps", "unsure") or chance.random() < 0.2:
            continue
        described = chance.choice((1, 1, 1, 2, 3))
        night.episode_count = maybe(described + chance.choice((0, 0, 2)), 0.4)
        for position in range(described):
            start = dt.datetime.combine(date, dt.time(22, 5), LONDON) + dt.timedelta(
                minutes=chance.randrange(600)
            )
            exact, banded = chance.random() < 0.4, chance.choice(LENGTHS)
            timed = chance.random() < 0.4
            cramp = Episode(
                patient=patient, night=night, position=position, side=maybe(chance.choice(("left", "right", "both"))),
                location=maybe(chance.choice((*PLACES, "calf", "calf", "calf"))),
                started_at=start if timed else None,
                part_of_night=None if timed else maybe(chance.choice(("before_midnight", "0_3", "3_6"))),
                duration_seconds=chance.choice((20, 59, 60, 150, 300, 600, 601, 1500)) if exact else None,
                duration_band=None if exact else banded, pain_0_10=maybe(chance.randrange(11)),
                woke_me=maybe(chance.random() < 0.8), fell=maybe(chance.random() < 0.1, 0.4),
            )  # fmt: skip
            cramps.append(cramp)
            uses += [
                RemedyUse(patient=patient, episode=cramp, remedy=remedy, helped=maybe(chance.choice(("yes", "some", "none"))))
                for remedy in chance.sample(REMEDIES, chance.randrange(3))
            ]  # fmt: skip
    with acting_as(patient):
        Night.objects.owned_by(patient).bulk_create(rows)
        Episode.objects.owned_by(patient).bulk_create(cramps)
        RemedyUse.objects.owned_by(patient).bulk_create(uses)
