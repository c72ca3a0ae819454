"""The words of a habit's answers and of a comparison's direction, as the patient's form says them."""

from __future__ import annotations

from episodes.knowledge.habits import Habit
from episodes.stats.analysis_result import Contrast
from episodes.stats.diary_factors import ACTIVITY_LEVELS
from episodes.stats.dose import LevelCount


def answer_words(answer: float | str, habit: Habit | None, kind: str) -> str:
    """Return one answer as it reads in the form, to be translated. habit: None for a habit of one's own."""
    if kind == "binary":
        return "yes" if answer else "no"
    if isinstance(answer, str):
        key = str(ACTIVITY_LEVELS.index(answer)) if answer in ACTIVITY_LEVELS else answer
        levels = habit.levels if habit else ()
        return next((level.label for level in levels if level.key == key), answer)
    return f"{answer:g}"


def level_words(level: LevelCount, habit: Habit | None, kind: str) -> str:
    """Return one row of a habit's counts in words: an answer, or a band of amounts."""
    if level.level is not None:
        return answer_words(level.level, habit, kind)
    if kind == "binary" or level.first == level.last:
        return answer_words(level.first, habit, kind)
    return f"{level.first:g}–{level.last:g}"


def direction_of(contrast: Contrast | None) -> str:
    """Return more, less, or none without a comparison."""
    if contrast is None:
        return "none"
    return "more" if contrast.log_odds > 0 else "less"
