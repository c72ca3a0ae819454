"""The words a patient agrees to, by version. A version in use is never changed: add a new one.

Two kinds: storing health data at all (sign-up), and sharing sections of the diary with one clinician.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _


@dataclass(frozen=True)
class Scope:
    """A section of the diary that can be shared on its own. key: of `Consent.shares_<key>`."""

    key: str
    label: str
    explanation: str
    on_by_default: bool


@dataclass(frozen=True)
class ConsentText:
    """One version of a text. `agreement`: the line beside the box, never ticked beforehand.

    scopes: for sharing, the sections as they were put into words then.
    """

    version: str
    heading: str
    paragraphs: tuple[str, ...]
    agreement: str
    scopes: tuple[Scope, ...] = ()

    def scope(self, key: str) -> Scope:
        return next(scope for scope in self.scopes if scope.key == key)


STORING_VERSION = "2026-11"
STORING_TEXTS: dict[str, ConsentText] = {
    "2026-11": ConsentText(
        version="2026-11",
        heading=_("May we store what you write about your health?"),
        paragraphs=(
            _(
                "A cramp diary is about your health. We store your nights, your cramps, your habits and what "
                "you tell us about illnesses and medicines, to show them to you again."
            ),
            _(
                "Nobody else can read your diary unless you share it. You choose with whom, which parts and "
                "until when, and you can stop sharing at any time."
            ),
            _(
                "You can say no. Without your yes there can be no diary, "
                "because there is nothing that we may store."
            ),
            _(
                "You can take your yes back at any time: tell whoever runs this site (the page Privacy says "
                "who), and your diary is erased."
            ),
            _(
                "The diary is a notebook for you and for talks with a clinician. It makes no diagnosis, and "
                "nobody watches it between visits."
            ),
        ),
        agreement=_("Yes, store what I write about my health in this diary."),
    ),
}

_SCOPES_2026_11: tuple[Scope, ...] = (
    Scope(
        "nights",
        _("Nights and cramps"),
        _(
            "Which nights had cramps, where, how long, how bad, how you "
            "slept, and the answers about restless legs."
        ),
        True,
    ),
    Scope(
        "habits",
        _("Habits and evening remedies"),
        _(
            "Activity, sitting, standing, drinks of water, stretching, "
            "baths and the like. Alcohol is asked apart."
        ),
        True,
    ),
    Scope(
        "alcohol",
        _("Alcohol"),
        _("How many alcoholic drinks you wrote down, and anything worked out from that."),
        False,
    ),
    Scope(
        "health",
        _("Illnesses, pregnancy and medicines"),
        _("The long-term facts on your health page, with their dates."),
        False,
    ),
    Scope("own_habits", _("Your own habits"), _("The things you added to the diary yourself."), True),
    Scope(
        "experiments",
        _("Experiments"),
        _("Which remedies you tested, on which nights, and what came out."),
        True,
    ),
    Scope(
        "notes",
        _("Notes marked for sharing"),
        _("Only notes that you wrote as shared. Private notes are never shown to anybody."),
        False,
    ),
    Scope("report", _("Visit report"), _("The one-page report that you looked through and approved."), True),
)

SHARING_VERSION = "2026-12"
SHARING_TEXTS: dict[str, ConsentText] = {
    "2026-11": ConsentText(
        version="2026-11",
        heading=_("Share your diary with this clinician?"),
        paragraphs=(
            _("Only this person can look, only at the parts you tick, and only until the date you choose."),
            _("They can read and write notes for you to see. They cannot change what you wrote."),
            _("Each time they look, you can see it under Who has looked."),
            _(
                "You can stop at any time. From that moment they see nothing more here; what they have "
                "already read, printed or written into their own records stays with them."
            ),
            _(
                "Sharing is no alarm: nobody watches your diary "
                "between visits. If you need help, call for it."
            ),
        ),
        agreement=_("Yes, let this clinician look at the parts I ticked until that date."),
        scopes=_SCOPES_2026_11,
    ),
    "2026-12": ConsentText(
        version="2026-12",
        heading=_("Share your diary with this clinician?"),
        paragraphs=(
            _("Only this person can look, only at the parts you tick, and only until the date you choose."),
            _(
                "They see the name that you gave yourself here, and your date of birth only if you write it in "
                "this form. They can keep a record number for you, which no other clinician sees."
            ),
            _("They can read and write notes for you to see. They cannot change what you wrote."),
            _("They see whether you have opened a note."),
            _("Each time they look, you can see it under Who has looked."),
            _(
                "You can stop at any time. From that moment they see nothing more here; what they have "
                "already read, printed or written into their own records stays with them."
            ),
            _(
                "Sharing is no alarm: nobody watches your diary "
                "between visits. If you need help, call for it."
            ),
        ),
        agreement=_("Yes, let this clinician look at the parts I ticked until that date."),
        scopes=_SCOPES_2026_11,
    ),
}

SCOPES = SHARING_TEXTS[SHARING_VERSION].scopes
SCOPES_BY_KEY = {scope.key: scope for scope in SCOPES}


def storing_text(version: str = STORING_VERSION) -> ConsentText:
    """Return the sign-up text of a version. Raises KeyError for a version that never was."""
    return STORING_TEXTS[version]


def sharing_text(version: str = SHARING_VERSION) -> ConsentText:
    """Return the sharing text of a version. Raises KeyError for a version that never was."""
    return SHARING_TEXTS[version]
