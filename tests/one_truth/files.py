"""The numbers of a span of nights, worked out from the exported CSV files by nothing of ours."""

import csv
import datetime as dt
import io
from collections import Counter
from statistics import median
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
TODAY = dt.date(2026, 11, 22)
BANDS = {"under_1": 0.5, "1_5": 3, "5_10": 7.5, "10_30": 20, "30_60": 45, "over_60": 75}
LONG_BANDS = {"10_30", "30_60", "over_60"}


class Files:
    """The nights and cramps of the exported CSV files, and plain counts of them."""

    def __init__(self, client):
        self.nights = {row["date"]: row for row in self._rows(client, "nights.csv")}
        self.cramps = self._rows(client, "episodes.csv")

    @staticmethod
    def _rows(client, name):
        answer = client.get(f"/account/export/{name}")
        assert answer.status_code == 200
        return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    @property
    def first_written(self):
        return dt.date.fromisoformat(min(date for date, row in self.nights.items() if row["outcome"]))

    def between(self, first, last):
        return [row for date, row in sorted(self.nights.items()) if str(first) <= date <= str(last)]

    def is_late(self, row):
        if not row["outcome_recorded_at"]:
            return None
        written = dt.datetime.fromisoformat(row["outcome_recorded_at"].replace("Z", "+00:00"))
        return (written.astimezone(LONDON).date() - dt.date.fromisoformat(row["date"])).days > 3

    def numbers(self, first, last):
        """Return every number of the nights from `first` to `last` by name; a count is (x, n)."""
        nights = self.between(first, last)
        outcomes = Counter(row["outcome"] for row in nights)
        written = [row for row in nights if row["outcome"]]
        with_cramp = [row for row in nights if row["outcome"] == "cramps"]
        dates = {row["date"] for row in with_cramp}
        cramps = [cramp for cramp in self.cramps if cramp["date"] in dates]
        per_night = Counter(cramp["date"] for cramp in cramps)
        days = (last - first).days + 1
        counted = outcomes["cramps"] + outcomes["no_cramps"]
        sore = answers(with_cramp, "soreness_next_day_0_10")
        morning = answers(with_cramp, "soreness_morning_0_10")
        pains = answers(cramps, "pain_0_10")
        minutes = [length for cramp in cramps if (length := minutes_of(cramp)) is not None]
        longs = [is_over_ten(cramp) for cramp in cramps if minutes_of(cramp) is not None]
        woken = answers(cramps, "woke_me")
        places = Counter((cramp["side"], cramp["location"]) for cramp in cramps if cramp["location"])
        parts = Counter(part for cramp in cramps if (part := part_of(cramp)))
        restless = Counter(row["restless_legs"] for row in nights if row["restless_legs"])
        habits = [row for row in nights if row["habits_source"] or row["habits_before_night"] == "1"]
        uses = [use.split(":") for cramp in cramps for use in cramp["remedies"].split()]
        return {
            "nights": days,
            "written": (len(written), days),
            "late": (sum(self.is_late(row) is True for row in written), len(written)),
            "lateness unknown": sum(self.is_late(row) is None for row in written),
            "usual day": (sum(row["habits_source"].startswith("usual") for row in habits), len(habits)),
            "cramp nights": (outcomes["cramps"], counted),
            "counted": counted,
            "unsure": outcomes["unsure"],
            "not in bed": outcomes["not_in_bed"],
            "not written": days - len(written),
            "cramps": sum(max(int(row["episode_count"] or 0), per_night[row["date"]], 1) for row in with_cramp),
            "of all": sum(max(int(row["episode_count"] or 0), per_night[row["date"]], 1) for row in with_cramp),
            "described": len(cramps),
            "pain": middle(pains),
            "worst pain": max(pains, default=None),
            "pain answers": len(pains),
            "minutes": whole(middle(minutes)),
            "length answers": len(minutes),
            "long cramps": sum(longs),
            "over ten": (sum(longs), len(longs)),
            "woken": (sum(woken), len(woken)),
            "sleep disturbed": (middle(answers(with_cramp, "sleep_disturbance_0_10")),
                                len(answers(with_cramp, "sleep_disturbance_0_10"))),
            "kept awake": middle(answers(with_cramp, "kept_awake_minutes")),
            "sore next day": (sum(each > 0 for each in sore), len(sore)),
            "sore in the morning": (sum(each > 0 for each in morning), len(morning)),
            "restless": (restless["yes"], restless.total()),
            "place": leader(places),
            "place answers": places.total(),
            "part of night": leader(parts),
            "part answers": parts.total(),
            "leg sign": sum(row["leg_warning_sign"] in ("left", "right", "both") for row in nights),
            "weak": sum(row["weakness_after"] == "1" for row in nights),
            "numb": sum(row["numbness"] == "1" for row in nights),
            "fell": len({cramp["date"] for cramp in cramps if cramp["fell"] == "1"}),
            "remedies": sorted(
                (uses_of, sum(use[0] == remedy and use[1:2] == ["yes"] for use in uses))
                for remedy, uses_of in Counter(use[0] for use in uses).items()
            ),
        }  # fmt: skip

    def habits(self, first, last):
        """Return {habit: [(cramp nights, nights) of yes-or-no answers]}, nights used, and why others are not."""
        nights = self.between(first, last)
        used = [
            row
            for row in nights
            if row["outcome"] in ("cramps", "no_cramps") and self.is_late(row) is not True
        ]
        left = Counter("late" if row["outcome"] in ("cramps", "no_cramps") else row["outcome"]
                       for row in nights if row["outcome"] and row not in used)  # fmt: skip
        written = sum(bool(row["outcome"]) for row in nights)
        left["not_written"] = (last - first).days + 1 - written
        tables = {
            name: [
                (sum(row["outcome"] == "cramps" for row in used if row[name] == answer), n)
                for answer in ("0", "1")
                if (n := sum(row[name] == answer for row in used))
            ]
            for name in ("warm_bath", "acupuncture", "massage_at_bedtime")
        }
        usual = sum(row["habits_source"].startswith("usual") for row in used)
        return {name: rows for name, rows in tables.items() if rows}, len(used), +left, usual

    def boundary(self):
        """Return the evening on which grades were last made, counted from the first night used."""
        first = min(
            date
            for date, row in self.nights.items()
            if row["outcome"] in ("cramps", "no_cramps") and self.is_late(row) is not True
        )
        begun = dt.date.fromisoformat(first)
        return begun + dt.timedelta(days=(TODAY - begun).days // 28 * 28)


def answers(rows, name):
    return [int(float(row[name])) for row in rows if row[name] != ""]


def middle(values):
    return float(median(values)) if values else None


def whole(minutes):
    """Return whole minutes, halves upwards; 0 for under a minute."""
    return None if minutes is None else 0 if minutes < 1 else int(minutes + 0.5)


def minutes_of(cramp):
    if cramp["duration_seconds"]:
        return int(cramp["duration_seconds"]) / 60
    return BANDS.get(cramp["duration_band"])


def is_over_ten(cramp):
    return int(cramp["duration_seconds"] or 0) > 600 or cramp["duration_band"] in LONG_BANDS


def part_of(cramp):
    if not cramp["started_at"]:
        return cramp["part_of_night"]
    hour = dt.datetime.fromisoformat(cramp["started_at"].replace("Z", "+00:00")).astimezone(LONDON).hour
    if hour >= 18:
        return "before_midnight"
    return "0_3" if hour < 3 else "3_6" if hour < 6 else "after_6" if hour < 12 else "daytime"


def leader(counts):
    """Return how often the commonest came; None where nobody said, or where two are equal."""
    (most, *others) = sorted(counts.values(), reverse=True) or (None,)
    return None if others and others[0] == most else most
