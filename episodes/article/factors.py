"""The eight things that the article suspects, each with a page of its own.

`fields` are columns of the night that are compared with cramp nights. Pregnancy and Parkinson's have none:
they last for months, so one person's nights cannot be compared, and their pages are text and a timeline.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _


@dataclass(frozen=True)
class Factor:
    """One suspect. claims: ids; condition: a long-term condition, if it is one; caution: a fixed line.

    try_remedy: the key of a remedy that the article names for it or that eases the same muscles, else empty.
    """

    key: str
    label: str
    question: str
    fields: tuple[str, ...]
    claims: tuple[str, ...]
    condition: str | None = None
    caution: str = ""
    try_remedy: str = ""


FACTORS: tuple[Factor, ...] = (
    Factor(
        "hard-floor",
        _("Hard floor"),
        _("Do cramps go with standing on hard floors?"),
        ("hard_floor_hours",),
        ("A13",),
        try_remedy="massage",
    ),
    Factor(
        "sitting",
        _("Sitting"),
        _("Do cramps go with long sitting?"),
        ("sitting_hours",),
        ("A14",),
        try_remedy="stretching",
    ),
    Factor(
        "posture",
        _("How you sit"),
        _("Do cramps go with how you sat?"),
        ("sitting_posture",),
        ("A15",),
        try_remedy="stretching",
    ),
    Factor(
        "activity",
        _("Activity"),
        _("Do cramps go with very still or very hard days?"),
        ("activity", "longest_still_hours"),
        ("A2",),
        try_remedy="stretching",
    ),
    Factor("alcohol", _("Alcohol"), _("Do cramps go with alcohol?"), ("alcohol_drinks",), ("A17",)),
    Factor(
        "hydration",
        _("Drinking and sweating"),
        _("Do cramps go with drinking little or losing water?"),
        ("fluid_ml", "hot_or_sweating", "vomiting_or_diarrhoea"),
        ("A19",),
        caution=_(
            "If you were told to limit drinking, or have heart or kidney "
            "disease, change nothing without your doctor."
        ),
    ),
    Factor(
        "pregnancy",
        _("Pregnancy"),
        _("How do cramps run through a pregnancy?"),
        (),
        ("A16",),
        condition="pregnancy",
        caution=_(
            "In pregnancy and the six weeks after birth, one swollen, hot, red or painful leg: call the "
            "maternity unit or your doctor today."
        ),
    ),
    Factor(
        "parkinsons",
        _("Parkinson's disease"),
        _("How do cramps run with Parkinson's disease?"),
        (),
        ("A18",),
        condition="parkinsons",
        caution=_(
            "Toes that curl or twist in the early morning are worth telling the clinician who treats you."
        ),
    ),
)

FACTORS_BY_KEY = {factor.key: factor for factor in FACTORS}
