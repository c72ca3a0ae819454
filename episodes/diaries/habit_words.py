"""The words of a habit's answers and of a comparison's direction, as the patient's form says them."""

from __future__ import annotations

from dataclasses import dataclass

from episodes.questions.habits import Habit
from episodes.stats.associations.analysis_result import Contrast
from episodes.stats.associations.diary_factors import ACTIVITY_LEVELS
from episodes.stats.associations.dose import LevelCount


@dataclass(frozen=True)
class AnswerWords:
    """One answer of a habit, or a band of amounts; a template puts it into the reader's language.

    text: English, to be translated, or as the patient typed it where is_own; empty for an amount.
    lowest, highest: the amounts that the band covers, equal for one amount, None for an answer in words.
    """

    text: str = ""
    is_own: bool = False
    lowest: float | None = None
    highest: float | None = None


def answer_words(answer: float | str, habit: Habit | None, kind: str) -> AnswerWords:
    """Return one answer as it reads in the form. habit: None for a habit of one's own."""
    if kind == "binary":
        return AnswerWords("yes" if answer else "no")
    if isinstance(answer, str):
        key = str(ACTIVITY_LEVELS.index(answer)) if answer in ACTIVITY_LEVELS else answer
        levels = habit.levels if habit else ()
        text = next((level.label for level in levels if level.key == key), answer)
        return AnswerWords(text, is_own=habit is None)
    return AnswerWords(lowest=answer, highest=answer)


def level_words(level: LevelCount, habit: Habit | None, kind: str) -> AnswerWords:
    """Return one row of a habit's counts: an answer, or a band of amounts."""
    if level.level is not None:
        return answer_words(level.level, habit, kind)
    if kind == "binary" or level.first == level.last:
        return answer_words(level.first, habit, kind)
    return AnswerWords(lowest=level.first, highest=level.last)


def direction_of(contrast: Contrast | None) -> str:
    """Return more, less, or none without a comparison."""
    if contrast is None:
        return "none"
    return "more" if contrast.log_odds > 0 else "less"
