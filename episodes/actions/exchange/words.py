"""The words for what is wrong with a file: one sentence each, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from episodes.formats.problems import FileRefused, Problem

# About the whole file.
FILE: Mapping[str, Any] = {
    "large": gettext_lazy("This file is too large: at most %(megabytes)s MB can be read."),
    "not_utf8": gettext_lazy(
        "Line %(line)s has letters that cannot be read. In your spreadsheet choose “Save as”, then “CSV UTF-8”."
    ),
    "not_csv": gettext_lazy(
        'Line %(line)s is not readable: a quote (") is missing or stands in the wrong place.'
    ),
    "many_columns": gettext_lazy("This file has more than %(most)s columns. Remove those you do not need."),
    "many_lines": gettext_lazy("This file has more than %(most)s lines. Cut it into smaller files."),
    "many_nights": gettext_lazy("This file has more than %(most)s nights. Cut it into smaller files."),
    "many_episodes": gettext_lazy("This file has more than %(most)s cramps. Cut it into smaller files."),
    "many_problems": gettext_lazy(
        "More than %(most)s lines of this file cannot be read. The first one is: %(first)s Is it the right file?"
    ),
    "column_twice": gettext_lazy("The column “%(name)s” stands twice. Remove one of them."),
    "empty": gettext_lazy("This file is empty. Choose another one."),
    "not_habits": gettext_lazy("The file of own habits needs the columns key, label and kind."),
    "not_nights": gettext_lazy("The file of nights needs the columns date and outcome."),
    "not_episodes": gettext_lazy("The file of cramps needs the columns date and location."),
    "one_file": gettext_lazy("Choose this file alone, or only spreadsheets together."),
    "files_do_not_fit": gettext_lazy(
        "These files do not belong together. Bring them in one after the other."
    ),
    "nights_missing": gettext_lazy("Choose nights.csv too: cramps and own habits belong to nights."),
    "not_json": gettext_lazy("This file is damaged: it begins like a diary and then cannot be read."),
    "deep": gettext_lazy("This is not a diary: its parts are nested more than %(most)s deep."),
    "unknown_json": gettext_lazy("This file is not a diary that was taken out here."),
    "unknown_version": gettext_lazy("This diary was made by a newer program: update this one first."),
    "not_our_zip": gettext_lazy("This ZIP file is not a diary that was taken out here, or it is damaged."),
    "not_a_list": gettext_lazy("The part “%(name)s” of this file is damaged."),
    "not_our_fhir": gettext_lazy("This FHIR file has no nights in the form that is read here."),
    "foreign_patient": gettext_lazy("This FHIR file is about more than one person, so nothing was read."),
}
# About one line.
LINE: Mapping[str, Any] = {
    "yes_no": gettext_lazy("write 1 for yes, 0 for no, or nothing."),
    "number": gettext_lazy("write a number, or nothing."),
    "range": gettext_lazy("write a number from %(low)s to %(high)s, or nothing."),
    "step": gettext_lazy("write a number in steps of %(step)s."),
    "choice": gettext_lazy("use one of: %(allowed)s."),
    "word": gettext_lazy("this cannot be read."),
    "moment": gettext_lazy("write date and time such as 2026-11-22T03:10:00Z."),
    "moment_zone": gettext_lazy("add the time zone to the time, such as Z or +01:00."),
    "date": gettext_lazy("write the date such as 2026-11-22."),
    "date_range": gettext_lazy("this date is too far away: check the year."),
    "date_format": gettext_lazy("this date does not fit the form you chose."),
    "zone": gettext_lazy("this is no time zone; use a name such as Europe/London."),
    "long": gettext_lazy("this text is longer than %(most)s letters."),
    "broken_text": gettext_lazy("this text holds a broken character."),
    "two_durations": gettext_lazy("give the length exactly or roughly, not both."),
    "another_night": gettext_lazy("the time of the cramp is not in this night."),
    "remedy_twice": gettext_lazy("the same remedy stands twice."),
    "cramps_without_cramp": gettext_lazy("cramps are described for a night without a cramp."),
    "contradicts_yours": gettext_lazy(
        "you described cramps for this night here that do not fit this line. Remove them first."
    ),
    "many_cramps": gettext_lazy("a night holds at most %(most)s cramps."),
    "count_too_small": gettext_lazy("more cramps are described than the number says."),
    "date_twice": gettext_lazy("the same night stands in line %(other)s already."),
    "long_line": gettext_lazy("this line has more cells than the %(columns)s columns of the first line."),
    "short_line": gettext_lazy("a cell is missing."),
    "no_such_night": gettext_lazy("there is no night of this date in the file of nights."),
    "not_begun": gettext_lazy("this night has not begun yet."),
    "not_yet": gettext_lazy("this day has not come yet."),
    "ends_first": gettext_lazy("the end is before the start."),
    "fact": gettext_lazy("this entry cannot be kept as it is."),
    "no_room": gettext_lazy("no more of these fit into your diary."),
    "habit_kind": gettext_lazy("this own habit has a kind that is not known here."),
    "habit_label": gettext_lazy("this own habit needs a name of 1 to 60 letters."),
    "habit_unit": gettext_lazy("a number needs a unit of up to 20 letters, and other habits none."),
    "habit_levels": gettext_lazy("this own habit needs 2 to 8 different answers, of up to 40 letters each."),
    "many_levels": gettext_lazy("with its new answers this own habit would have more than 8."),
    "many_habits": gettext_lazy("you have 30 own habits, and no more fit."),
    "no_cramp_word": gettext_lazy("this does not say whether there was a cramp; use yes or no, or 1 or 0."),
}
PARTS: Mapping[str, Any] = {
    "nights": gettext_lazy("nights"),
    "episodes": gettext_lazy("cramps"),
    "habits": gettext_lazy("own habits"),
    "conditions": gettext_lazy("conditions"),
    "medicines": gettext_lazy("medicines"),
    "visit_questions": gettext_lazy("questions for the visit"),
    "remedy_plans": gettext_lazy("plans for an evening"),
    "profile": gettext_lazy("facts about you"),
}


def refusal_in_words(refused: FileRefused) -> str:
    """Return why a whole file is not read."""
    values = dict(refused.values)
    if isinstance(first := values.get("first"), Problem):
        values["first"] = problem_in_words(first)
    return str(FILE[refused.code]) % values


def problem_in_words(problem: Problem) -> str:
    """Return what is wrong with one line: its number, its part, its column, and what would be right."""
    words = str(LINE[problem.code]) % problem.values
    where = {"line": problem.line, "part": PARTS[problem.part], "words": words, "name": problem.field}
    if problem.field and problem.value:
        where["value"] = problem.value
        return _("Line %(line)s (%(part)s), %(name)s “%(value)s”: %(words)s") % where
    if problem.field or problem.value:
        where["name"] = problem.field or problem.value
        return _("Line %(line)s (%(part)s), %(name)s: %(words)s") % where
    return _("Line %(line)s (%(part)s): %(words)s") % where
