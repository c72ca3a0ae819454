"""Cramp or restless legs: the article's contrast, question by question, and where evidence disagrees.

Shown side by side and never added up: no answer here makes a diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _
from episodes.article.sources import CITATIONS, Citation


@dataclass(frozen=True)
class Contrast:
    """One question: what the article says of a cramp and of restless legs, and where evidence disagrees."""

    question: str
    cramp: str
    restless_legs: str
    evidence: str
    citation_keys: tuple[str, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(CITATIONS[key] for key in self.citation_keys)


CONTRASTS: tuple[Contrast, ...] = (
    Contrast(
        question=_("What does it feel like?"),
        cramp=_("Pain"),
        restless_legs=_("Crawling, no pain"),
        evidence=_("About a third of people with restless legs do call it painful."),
        citation_keys=("restless_legs_pain", "hallegraeff_2017"),
    ),
    Contrast(
        question=_("What do you want to do?"),
        cramp=_("Keep the leg still"),
        restless_legs=_("Move it all the time"),
        evidence=_(
            "The urge to move is right. With a cramp most people stretch or stand up rather than keep still."
        ),
        citation_keys=("irlssg_2014", "rabbitt_2016"),
    ),
    Contrast(
        question=_("What eases it?"),
        cramp=_("Stretching"),
        restless_legs=_("Moving the feet"),
        evidence=_(
            "Stretching may ease both. What tells more: restless legs come back when you stop moving, and a "
            "cramp leaves a hard, sore muscle."
        ),
        citation_keys=("irlssg_2014", "rabbitt_2016"),
    ),
    Contrast(
        question=_("When does it come?"),
        cramp=_("At night, asleep"),
        restless_legs=_("At night, asleep"),
        evidence=_(
            "Restless legs come awake, at rest, and most in the evening. Cramps can come awake or asleep."
        ),
        citation_keys=("irlssg_2014", "rabbitt_2016"),
    ),
)
