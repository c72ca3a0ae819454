"""When to get help, whom to call, and what this diary is for. The one place for safety words and numbers.

Static text: shown to everybody, never blocks saving, never added up to a score, and nothing here says that no
sign means no danger. Every row names its source and is to be checked by a clinician before public use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from episodes.article.marks import gettext_noop as _
from episodes.article.sources import CITATIONS, Citation

Urgency = Literal["emergency", "today", "urgent", "care", "appointment"]

# In the order in which they are shown.
URGENCY: dict[Urgency, str] = {
    "emergency": _("Call emergency help now"),
    "today": _("Call the maternity unit or your doctor today"),
    "urgent": _("Get advice urgently"),
    "care": _("Take care with heat"),
}

TO_BE_CHECKED = _("These words and numbers are to be checked by a clinician before public use.")

INTENDED_USE = (
    _("This diary records and shows what you enter, so that you can talk about it with a clinician."),
    _(
        "It makes no diagnosis, and it does not tell you to start, change or stop a treatment. It does not "
        "replace a doctor, midwife or pharmacist."
    ),
    _(
        "Nobody watches entries as they are written. A clinician "
        "with whom you share them reads them at a visit."
    ),
)

TEN_MINUTES_PASSED = _(
    "It has passed. If a cramp is ever still going after 10 minutes and not easing, get advice."
)
TEN_MINUTES_NOW = _("Easing? Carry on. Not easing: get advice.")
TEN_MINUTES_REPEAT_DAYS = 28  # about 28 % of honest entries are over 10 minutes: the line must not cry wolf

NO_SIGN_IS_NO_PROOF = _("Something can be wrong without any of these signs. If you are worried, ask.")


@dataclass(frozen=True)
class RedFlag:
    """A sign and how soon it wants help.

    in_pregnancy: True = said of pregnancy and the six weeks after birth; False = replaced there by such a
    row; None = the same for everybody.
    """

    key: str
    urgency: Urgency
    text: str
    in_pregnancy: bool | None
    citation_keys: tuple[str, ...]
    to_be_checked: bool = True

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(CITATIONS[key] for key in self.citation_keys)


RED_FLAGS: tuple[RedFlag, ...] = (
    RedFlag(
        "chest",
        "emergency",
        _("Chest pain, or you are short of breath, with or without a painful leg"),
        None,
        ("nhs_clot",),
    ),
    RedFlag(
        "leg_in_pregnancy",
        "today",
        _("Pregnant, or up to six weeks after birth: one leg is swollen, hot, red or painful"),
        True,
        ("nhs_wales_clot", "nhs_clot"),
    ),
    RedFlag("leg", "urgent", _("One leg is swollen, hot, red or very painful"), False, ("nhs_clot",)),
    RedFlag(
        "over_ten_minutes",
        "urgent",
        _("A cramp has gone on for more than 10 minutes and is not easing"),
        None,
        ("nhs_inform", "nidirect"),
    ),
    RedFlag(
        "weak_or_numb",
        "urgent",
        _("Weakness or numbness that stays after the cramp"),
        None,
        ("cks_leg_cramps", "nhs_leg_cramps"),
    ),
    RedFlag(
        "wound_or_poison",
        "urgent",
        _("Cramps after a dirty wound, or after contact with something poisonous"),
        None,
        ("nhs_inform", "nidirect"),
    ),
    RedFlag(
        "numb_skin", "care", _("No heat on numb skin: you may not feel a burn"), None, ("cks_leg_cramps",)
    ),
    RedFlag(
        "asleep_on_pad", "care", _("Do not fall asleep on a heat pad or bottle"), None, ("nhs_leg_cramps",)
    ),
)
# Not part of the warning box: nothing here is urgent.
APPOINTMENT_REASONS: tuple[RedFlag, ...] = (
    RedFlag("sleep", "appointment", _("Cramps often spoil your sleep"), None, ("nhs_leg_cramps", "nidirect")),
    RedFlag(
        "often_numb",
        "appointment",
        _("Your legs are often numb, or both are swollen. One swollen leg cannot wait: read below."),
        None,
        ("nidirect", "cks_leg_cramps"),
    ),
    RedFlag("weaker", "appointment", _("Your leg muscles get weaker or thinner"), None, ("cks_leg_cramps",)),
)
RED_FLAGS_BY_KEY = {flag.key: flag for flag in RED_FLAGS}


@dataclass(frozen=True)
class SafetyAnswer:
    """A question of the night form and those of its answers at which safety words are shown.

    flag_keys: the sign that the answer names first, then what may come with it.
    """

    question: str
    answers: tuple[str, ...]
    flag_keys: tuple[str, ...]


OVER_TEN_MINUTES = SafetyAnswer("duration_band", ("10_30", "30_60", "over_60"), ("over_ten_minutes",))
SIGNS = (
    SafetyAnswer("leg_warning_sign", ("left", "right", "both"), ("leg", "leg_in_pregnancy", "chest")),
    SafetyAnswer("numbness", ("yes",), ("weak_or_numb", "numb_skin")),
    SafetyAnswer("weakness_after", ("yes",), ("weak_or_numb",)),
)


@dataclass(frozen=True)
class HelpNumbers:
    """Whom to call in one country. country: ISO code, "" = anywhere; urgent_number: None = no one number."""

    country: str
    emergency_number: str
    emergency: str
    urgent_number: str | None
    urgent: str
    source: str
    url: str
    to_be_checked: bool = True


ELSEWHERE = HelpNumbers(
    "",
    "112",
    _("Call your emergency number: 112 in Europe and many other countries, 911 in North America."),
    None,
    _("Call your doctor, or the out-of-hours doctor where you live."),
    "European Commission, 112",
    "https://digital-strategy.ec.europa.eu/en/policies/112",
)

_NUMBERS = (
    HelpNumbers(
        "GB",
        "999",
        _("Call 999."),
        "111",
        _("Call NHS 111 or your GP. In Northern Ireland call your GP or the GP out-of-hours service."),
        "NHS, when to call 999 and 111",
        "https://www.nhs.uk/nhs-services/urgent-and-emergency-care-services/",
    ),
    HelpNumbers(
        "IE",
        "112",
        _("Call 112 or 999."),
        None,
        _("Call your GP or the GP out-of-hours service where you live."),
        "HSE, urgent and emergency care",
        "https://www2.hse.ie/services/urgent-emergency-care/",
    ),
    HelpNumbers(
        "US",
        "911",
        _("Call 911."),
        None,
        _("Call your doctor's office or nurse line, or go to an urgent care clinic."),
        "National 911 Program",
        "https://www.911.gov/",
    ),
    HelpNumbers(
        "DE",
        "112",
        _("Call 112."),
        "116117",
        _("Call your doctor's practice, or 116117 when it is closed."),
        "116117, Kassenärztliche Bundesvereinigung",
        "https://www.116117.de/",
    ),
    HelpNumbers(
        "FR",
        "15",
        _("Call 15 or 112."),
        "15",
        _("Call your doctor. When the practice is closed, call 15, or 116 117 in regions that have it."),
        "Service-Public.fr, urgences",
        "https://www.service-public.fr/particuliers/vosdroits/F33938",
    ),
    HelpNumbers(
        "ES",
        "112",
        _("Call 112."),
        None,
        _("Call your health centre or the health line of your region (061 in many)."),
        "112 España, Protección Civil",
        "https://www.proteccioncivil.es/",
    ),
    HelpNumbers(
        "AT",
        "144",
        _("Call 144 or 112."),
        "1450",
        _("Call your doctor, or the health line 1450."),
        "Gesundheitsberatung 1450",
        "https://www.1450.at/",
    ),
    HelpNumbers(
        "CH",
        "144",
        _("Call 144 or 112."),
        None,
        _("Call your doctor or the on-duty doctor of your canton."),
        "ch.ch, emergency numbers",
        "https://www.ch.ch/en/safety-and-justice/emergencies/",
    ),
)
HELP_NUMBERS: dict[str, HelpNumbers] = {numbers.country: numbers for numbers in _NUMBERS}


@dataclass(frozen=True)
class FlagGroup:
    urgency: Urgency
    heading: str
    flags: tuple[RedFlag, ...]


@dataclass(frozen=True)
class Help:
    """What the safety text says to one person. `groups` in order of urgency, empty ones left out."""

    numbers: HelpNumbers
    groups: tuple[FlagGroup, ...]
    is_pregnant: bool
    no_sign_is_no_proof: str = NO_SIGN_IS_NO_PROOF
    to_be_checked: str = TO_BE_CHECKED

    def about(self, *signs: SafetyAnswer) -> Help:
        """Return the part of this text that is about these answers."""
        keys = {key for sign in signs for key in sign.flag_keys}
        groups = (
            replace(group, flags=tuple(flag for flag in group.flags if flag.key in keys))
            for group in self.groups
        )
        return replace(self, groups=tuple(group for group in groups if group.flags))

    def at(self, sign: SafetyAnswer) -> Help:
        """Return the part about one answer, in the order of its sign: that answer itself first."""
        part = self.about(sign)
        in_order = sorted(part.groups, key=lambda group: sign.flag_keys.index(group.flags[0].key))
        return replace(part, groups=tuple(in_order))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return every source of the signs shown, each once, in order."""
        keys = dict.fromkeys(
            key for group in self.groups for flag in group.flags for key in flag.citation_keys
        )
        return tuple(CITATIONS[key] for key in keys)


def help_for(country: str | None, is_pregnant: bool | None = None) -> Help:
    """Return the safety text for somebody in `country`.

    country: ISO code in any case; unknown, empty or None gives the wording for anywhere. is_pregnant: True
    (also up to six weeks after birth) leaves out the general line about one leg, because the maternity unit
    is called instead; False and None (not known) show both.
    """
    flags = tuple(flag for flag in RED_FLAGS if not (is_pregnant and flag.in_pregnancy is False))
    groups = tuple(
        FlagGroup(urgency, heading, tuple(flag for flag in flags if flag.urgency == urgency))
        for urgency, heading in URGENCY.items()
    )
    return Help(
        numbers=HELP_NUMBERS.get((country or "").upper(), ELSEWHERE),
        groups=tuple(group for group in groups if group.flags),
        is_pregnant=bool(is_pregnant),
    )
