"""The analysis result as JSON, for programs; the format is described in the README."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from episodes.stats.associations.analysis_result import AnalysisResult, Contrast, ContrastEnd, FactorResult
from episodes.stats.associations.dose import LevelCount
from episodes.stats.associations.enough_data import Shortfall

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

SIDE_WORDS: Mapping[str, str] = {
    "with": "with the habit",
    "without": "without the habit",
    "more": "above the middle amount",
    "less": "below the middle amount",
}


def result_text(result: AnalysisResult) -> str:
    """Return the result as JSON text with a final newline; every number in it is finite."""
    return json.dumps(result_object(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def result_object(result: AnalysisResult) -> JsonValue:
    """Return the result as the object of the result JSON, habits in the order of the file."""
    return {
        "nights": result.nights,
        "cramp_nights": result.cramp_nights,
        "first": result.first.isoformat() if result.first else None,
        "last": result.last.isoformat() if result.last else None,
        "factors": [_factor_object(factor) for factor in result.factors],
    }


def _factor_object(factor: FactorResult) -> JsonValue:
    return {
        "name": factor.name,
        "kind": factor.kind.name,
        "grade": factor.grade,
        "p": factor.p,
        "q": factor.q,
        "e": factor.e,
        "why_not": why_not(factor.shortfall) if factor.shortfall else None,
        "nights_needed": factor.nights_needed,
        "contrasts": [_contrast_object(contrast) for contrast in factor.contrasts],
        "table": [_level_object(factor, level) for level in factor.levels],
    }


def _plain_number(value: ContrastEnd) -> ContrastEnd:
    """Return a whole number without its decimal point, as a person would write it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _contrast_object(contrast: Contrast) -> JsonValue:
    written: dict[str, JsonValue] = {
        "from": _plain_number(contrast.start),
        "to": _plain_number(contrast.end),
        "rd": contrast.estimate.difference,
        "rd_lo": contrast.low.difference,
        "rd_hi": contrast.high.difference,
        "rr": contrast.estimate.ratio,
        "rr_lo": contrast.low.ratio,
        "rr_hi": contrast.high.ratio,
        "best_rd": contrast.headline.difference,
        "best_rr": contrast.headline.ratio,
    }
    if contrast.picked_low is not None and contrast.picked_high is not None:
        written["picked_rd_lo"] = contrast.picked_low.difference
        written["picked_rd_hi"] = contrast.picked_high.difference
    return written


def _level_object(factor: FactorResult, level: LevelCount) -> JsonValue:
    first, last = _plain_number(level.first), _plain_number(level.last)
    name: ContrastEnd
    if factor.kind.name == "category":
        name = level.level or ""
    else:
        name = first if first == last else f"{first}-{last}"
    return {
        "level": name,
        "nights": level.cramps.n,
        "cramp_nights": level.cramps.x,
        "risk": level.cramps.value,
        "lo": level.cramps.low,
        "hi": level.cramps.high,
    }


def why_not(short: Shortfall) -> str:
    """Return in one English sentence what is missing before a habit can be compared."""
    if short.rule == "nights":
        return f"{short.more} more nights are needed."
    if short.rule == "cramp_nights":
        return f"{short.more} more nights with a cramp are needed."
    if short.rule == "quiet_nights":
        return f"{short.more} more nights without a cramp are needed."
    if short.rule == "answered":
        return f"{short.more} more answers are needed."
    if short.rule == "answered_share":
        return f"Answered on {short.have:.0%} of the nights; half of them are needed."
    if short.rule == "same_answer":
        return "Every answer is the same, so there is nothing to compare."
    place = f"at {short.level}" if short.side == "other_level" else SIDE_WORDS[short.side or "with"]
    if short.rule == "side":
        return f"{short.more} more nights {place} are needed."
    return f"Too few nights {place} to expect {short.need:.0f} cramp nights among them."
