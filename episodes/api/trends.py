"""Habits and their kinds; counts and grades from the comparison that the pages show."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from episodes.api.nights import owner
from episodes.api.service import Token
from episodes.diaries.comparison import analysis_of
from episodes.nights.own_habits import own_habits_of
from episodes.questions.habits import HABITS, HABITS_BY_KEY
from episodes.stats.associations.result_file import result_object

router = Router()
GRADES = ("strong", "moderate", "hint", "little_difference", "unclear", "not_enough")
WEEKS_4 = dt.timedelta(days=27)


class HabitRead(Schema):
    """A question of the diary. key: the field of a night, or the key in `custom_answers` where is_own."""

    key: str
    label: str
    kind: Literal["yes_no", "amount", "levels"]
    unit: str
    levels: list[str]
    low: float | None
    high: float | None
    step: float | None
    is_own: bool
    is_active: bool


class HabitList(Schema):
    habits: list[HabitRead]


class Level(Schema):
    level: str | float
    nights: int
    cramp_nights: int
    risk: float | None
    lo: float | None
    hi: float | None


class ContrastRead(Schema):
    start: str | float
    end: str | float
    rd: float
    rd_lo: float
    rd_hi: float
    rr: float | None
    rr_lo: float | None
    rr_hi: float | None
    best_rd: float
    best_rr: float | None


class FactorRead(Schema):
    """One habit beside the cramp nights. contrasts: risk per night at two answers, 95 % ranges."""

    name: str
    label: str
    kind: str
    grade: Literal[GRADES]  # type: ignore[valid-type]
    why_not: str | None
    nights_needed: int | None
    contrasts: list[ContrastRead]
    table: list[Level]


class Counts(Schema):
    written: int
    cramps: int
    no_cramps: int
    unsure: int
    not_in_bed: int
    episodes: int


class TrendsRead(Schema):
    """graded_before: nights, cramp_nights and habits are of the nights before this date, so that they change every 28
    days alone; null while nothing is graded, and then they go up to last night."""

    nights: int
    cramp_nights: int
    first: dt.date | None
    last: dt.date | None
    all_nights: Counts
    last_28_nights: Counts
    graded_before: dt.date | None
    next_grades: dt.date | None
    covered_until: dt.date | None
    habits: list[FactorRead]


@router.get(
    "/habits/",
    auth=Token("read_nights"),
    response=HabitList,
    url_name="habit-list",
    tags=["habits"],
    summary="List habits",
)
def habit_list(request: HttpRequest) -> Any:
    """The diary's questions first, then your own in the order you added them, hidden ones too."""
    kinds = {"binary": "yes_no", "amount": "amount", "levels": "levels"}
    asked = [
        {
            "key": habit.key, "label": _(habit.label), "kind": kinds[habit.kind], "unit": _(habit.unit) if habit.unit else "",
            "levels": [level.key for level in habit.levels], "low": habit.minimum, "high": habit.maximum,
            "step": habit.step, "is_own": False, "is_active": True,
        }
        for habit in HABITS
    ]  # fmt: skip
    own = [
        {
            "key": habit.key, "label": habit.label, "kind": habit.kind, "unit": habit.unit, "levels": habit.levels,
            "low": None, "high": None, "step": None, "is_own": True, "is_active": habit.active,
        }
        for habit in own_habits_of(by=owner(request))
    ]  # fmt: skip
    return {"habits": [*asked, *own]}


@router.get(
    "/trends/",
    auth=Token("read_trends"),
    response=TrendsRead,
    url_name="trends",
    tags=["trends"],
    summary="Counts and comparisons",
)
def trends(request: HttpRequest) -> Any:
    """The numbers of the pages. While a test of a remedy runs, nothing is told about that remedy."""
    me, now = owner(request), timezone.now()
    found = analysis_of(patient=me, now=now)
    nothing: dict[str, Any] = {"nights": 0, "cramp_nights": 0, "first": None, "last": None, "factors": []}
    told: Any = result_object(found.found.result) if found.found else nothing
    compared = found.found.nights if found.found else None
    since = now.astimezone(me.zone).date() - dt.timedelta(days=1) - WEEKS_4
    return {
        "nights": told["nights"],
        "cramp_nights": told["cramp_nights"],
        "first": told["first"],
        "last": told["last"],
        "all_nights": _counts(found.written),
        "last_28_nights": _counts([night for night in found.written if night.date >= since]),
        "graded_before": compared.boundary if compared else None,
        "next_grades": compared.refresh.next if compared else None,
        "covered_until": found.covered.until if found.covered else None,
        "habits": [_factor(each, found.labels) for each in told["factors"] if each["name"] != found.hidden],
    }


def _counts(nights: Any) -> dict[str, int]:
    outcomes = [night.outcome for night in nights]
    counts = {word: outcomes.count(word) for word in ("cramps", "no_cramps", "unsure", "not_in_bed")}
    return {"written": len(outcomes), **counts, "episodes": sum(night.shown_count for night in nights)}


def _factor(told: Any, labels: Any) -> dict[str, Any]:
    """Return one habit: counts, grade and comparison of the same nights."""
    habit = HABITS_BY_KEY.get(told["name"])
    return {
        "name": told["name"],
        "label": _(habit.label) if habit else labels.get(told["name"], told["name"]),
        "kind": told["kind"],
        "grade": told["grade"],
        "why_not": told["why_not"],
        "nights_needed": told["nights_needed"],
        "contrasts": [{**each, "start": each["from"], "end": each["to"]} for each in told["contrasts"]],
        "table": told["table"],
    }
