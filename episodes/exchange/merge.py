"""A whole night made of what a file says and, for the rest, of what the diary has."""

from __future__ import annotations

from episodes.exchange.formats.entries import NightEntry, check_night
from episodes.exchange.formats.fields import ANSWERS
from episodes.exchange.formats.problems import CellRefused
from episodes.exchange.habit_mapping import Settled, names_in, own_answers
from episodes.nights.content import NightContent


def content_of(night: NightEntry) -> NightContent:
    """Return a whole night as the diary writes and keeps it."""
    told = night.provenance
    answers = {
        **night.answers,
        "custom_answers": night.own or {},
        "habits_before_night": bool(told.get("habits_before_night")),
        "habits_source": told.get("habits_source"),
    }
    return NightContent(answers, night.episodes or [], night.shared_note or "", night.private_note or "")


def whole_night(night: NightEntry, before: NightEntry | None, settled: Settled) -> NightEntry:
    """Return the whole night: what the file says, and for the rest what the diary has. Raises CellRefused."""
    base = before or NightEntry(
        night.date, answers={field.name: field.default for field in ANSWERS}, own={}, episodes=[],
    )  # fmt: skip
    answers = {**base.answers, **night.answers}
    for name in ("banded", "dont_know"):
        answers[name] = (
            names_in(answers[name] or [], settled) if night.answers.get(name) else sorted(answers[name])
        )
    told = {name: value for name, value in night.provenance.items() if before is None or value is not None}
    wanted = NightEntry(
        night.date,
        night.line,
        answers,
        {**base.provenance, **told},
        {**(base.own or {}), **own_answers(night.own, settled)} if night.own is not None else base.own,
        base.episodes if night.episodes is None else night.episodes,
        base.shared_note if night.shared_note is None else night.shared_note,
        base.private_note if night.private_note is None else night.private_note,
    )
    try:
        check_night(wanted)
    except CellRefused:
        if before is None:
            raise
        raise CellRefused("contradicts_yours") from None
    return wanted
