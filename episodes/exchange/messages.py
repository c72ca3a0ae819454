"""The words for what is wrong with a file: one sentence each, and what to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from episodes.exchange.formats.problems import FileRefused, Problem
from episodes.questions import choices

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
    "long_column": gettext_lazy(
        "A column of this file has a name of more than %(most)s letters. Shorten it."
    ),
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
    "clock": gettext_lazy("write a time such as 08:30."),
    "weekdays": gettext_lazy("write days as numbers from 1 for Monday to 7 for Sunday."),
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
    "test": gettext_lazy("this test of a remedy does not fit together, so it stays in the file."),
    "test_runs": gettext_lazy(
        "this test of a remedy still ran when the file was made: what lies ahead is not told, so it stays in the file."
    ),
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
    "account": gettext_lazy("settings"),
    "reminder": gettext_lazy("reminders"),
    "experiments": gettext_lazy("tests of a remedy"),
    "experiment_nights": gettext_lazy("nights of tests"),
    "night_history": gettext_lazy("earlier copies of nights"),
    "private_note_history": gettext_lazy("earlier copies of private notes"),
}
# The settings, in the words of their own pages.
SETTINGS: Mapping[str, Any] = {
    "time_zone": gettext_lazy("Time zone"),
    "night_starts_at": gettext_lazy("The night begins at"),
    "week_starts_on": gettext_lazy("The week begins on"),
    "theme": gettext_lazy("Light or dark"),
    "language": gettext_lazy("Language"),
    "country": gettext_lazy("Country"),
    "hemisphere": gettext_lazy("Where you live"),
    "drink_grams": gettext_lazy("One alcoholic drink is"),
    "sharing_mails": gettext_lazy("Mails about sharing"),
    "birth_year": gettext_lazy("Year of birth"),
    "sex_at_birth": gettext_lazy("Sex at birth"),
    "work_type": gettext_lazy("Your work"),
    "usual_day": gettext_lazy("Your usual day"),
    "active_habits": gettext_lazy("Which questions come first?"),
    "hidden_insights": gettext_lazy("Sentences put away"),
    "evening_card": gettext_lazy("From 6 in the evening, let me write the day before the night"),
    "signs_read_at": gettext_lazy("Safety words about a leg were read"),
    "ten_minutes_read_at": gettext_lazy("Safety words about a long cramp were read"),
    "at": gettext_lazy("Reminder at"),
    "days": gettext_lazy("Reminder on"),
    "by_email": gettext_lazy("Reminder by mail"),
    "paused_until": gettext_lazy("Reminders paused until"),
    "stopped_at": gettext_lazy("Reminders stopped at"),
}
WORDS: Mapping[str, choices.Choices] = {
    "theme": choices.THEME,
    "hemisphere": choices.HEMISPHERE,
    "drink_grams": choices.DRINK_GRAMS,
    "sex_at_birth": choices.SEX_AT_BIRTH,
    "work_type": choices.WORK_TYPE,
    "language": tuple(settings.LANGUAGES),
}
STAYS_IN_THE_FILE = gettext_lazy(
    "Your account and log-in, devices and keys, agreements, sharing, links, notes of clinicians and who has looked "
    "stay in the file. If you want to share here, give your consent anew."
)


def setting_value(name: str, value: Any) -> str:
    """Return a stored setting for a reader: short, and in words where it has any."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in WORDS:
        return _(dict(WORDS[name]).get(str(value), str(value)))
    if name == "week_starts_on":
        return str(WEEKDAYS[value - 1])
    if name == "days":
        return ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in value)
    if isinstance(value, dict | list):
        return ngettext("%(n)s answer", "%(n)s answers", len(value)) % {"n": len(value)}
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value)
        return date_format(value, "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value)
    return value.strftime("%H:%M") if isinstance(value, dt.time) else str(value)


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
