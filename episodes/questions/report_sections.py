"""The parts of a visit report that a patient switches on and off.

How complete the diary is stands on every report and is no part of this list.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _


@dataclass(frozen=True)
class ReportSection:
    """One part. scope: of a consent that shares it; on_by_default: ticked before anybody chose."""

    key: str
    label: str
    scope: str
    on_by_default: bool = True


REPORT_SECTIONS: tuple[ReportSection, ...] = (
    ReportSection("questions", _("Your questions"), "report"),
    ReportSection("flags", _("Answers to look at first"), "nights"),
    ReportSection("nights", _("Night by night"), "nights"),
    ReportSection("cramps", _("When, how long, how bad"), "nights"),
    ReportSection("sleep", _("Sleep and soreness"), "nights"),
    ReportSection("places", _("Where on the legs"), "nights"),
    ReportSection("relief", _("What eased the cramps"), "nights"),
    ReportSection("restless", _("Restless legs: your answers"), "nights"),
    ReportSection("habits", _("Habits and evening remedies"), "habits"),
    ReportSection("own_habits", _("Your own habits"), "own_habits"),
    ReportSection("alcohol", _("Alcohol"), "alcohol", on_by_default=False),
    ReportSection("health", _("Illnesses, pregnancy and medicines"), "health", on_by_default=False),
    ReportSection("table", _("Page two: every night in a table"), "nights", on_by_default=False),
)
REPORT_SECTIONS_BY_KEY = {section.key: section for section in REPORT_SECTIONS}
USUAL_SECTIONS = frozenset(section.key for section in REPORT_SECTIONS if section.on_by_default)
COMPARED = frozenset({"habits", "own_habits", "alcohol"})  # read beside the cramp nights of the whole diary


def sections_in_order(keys: frozenset[str]) -> tuple[str, ...]:
    """Return the known keys among `keys` in the order of the paper; unknown ones are dropped."""
    return tuple(section.key for section in REPORT_SECTIONS if section.key in keys)
