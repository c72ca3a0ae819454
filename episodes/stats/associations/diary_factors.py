"""How each habit of the diary enters the factor analysis, and the way there from night records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from episodes.stats.associations.analysis_input import (
    AMOUNT,
    BINARY,
    AnalysisInput,
    Answer,
    Factor,
    FactorKind,
    category,
)
from episodes.stats.records import COUNTED_OUTCOMES, NightRecord

ACTIVITY_LEVELS = ("none", "light", "moderate", "hard")

DIARY_FACTORS: Mapping[str, FactorKind] = MappingProxyType(
    {
        # Activity is a category, not an amount: both ends, still and hard, may go with cramps.
        "activity": category(*ACTIVITY_LEVELS),
        "sitting_hours": AMOUNT,
        "hard_floor_hours": AMOUNT,
        "longest_still_hours": AMOUNT,
        "sitting_posture": category("supported", "crossed", "slumped", "feet_unsupported"),
        "alcohol_drinks": AMOUNT,
        "fluid_ml": AMOUNT,
        "hot_or_sweating": BINARY,
        "vomiting_or_diarrhoea": BINARY,
        "bedtime_tightness_0_10": AMOUNT,
        "stretched_minutes": AMOUNT,
        "warm_bath": BINARY,
        "heat_at_bedtime": BINARY,
        "massage_at_bedtime": BINARY,
        "acupuncture": BINARY,
    }
)
"""Every habit and evening remedy of the diary, by field name, in the order of the form."""

OWN_HABIT_PREFIX = "habit_"
NOT_AN_ANSWER = "unsure"
"""A posture "not sure" says nothing about the posture; in a comparison it is a blank."""


def diary_answer(name: str, value: Answer) -> Answer:
    """Return an answer as the analysis reads it: activity by its word, "not sure" as unanswered."""
    if value is None or value == NOT_AN_ANSWER:
        return None
    if name == "activity" and not isinstance(value, str):
        return ACTIVITY_LEVELS[int(value)]
    return value


def analysis_input(
    nights: Sequence[NightRecord], own_habits: Mapping[str, FactorKind], *, with_late: bool = False
) -> AnalysisInput:
    """Return the counted nights of a diary as input of the factor analysis.

    nights: in any order; nights that are unsure, not in bed or not written are left out, and nights written
    more than three days later unless with_late. Unknown lateness (imported) counts.
    own_habits: `habit_<key>` to its kind; a habit that is not on a night was not asked and is unanswered.
    A habit that no night names, because the reader may not see it, does not enter at all.
    """
    counted = [
        night
        for night in nights
        if night.outcome in COUNTED_OUTCOMES and (with_late or night.is_late is not True)
    ]
    named = {name for night in counted for name in night.habits}
    kinds = {name: kind for name, kind in {**DIARY_FACTORS, **own_habits}.items() if name in named}
    return AnalysisInput(
        dates=[night.date for night in counted],
        cramps=[night.outcome == "cramps" for night in counted],
        factors={
            name: Factor(kind, [diary_answer(name, night.habits.get(name)) for night in counted])
            for name, kind in kinds.items()
        },
    )
