"""What the article says, statement by statement, and what published studies say about each.

Every statement is our own paraphrase with the article's paragraph. `logged_by` names the columns in which a
patient records it ("Model.field"), `shown_on` the pages that show it. A statement is only ever shown with its
sources.
Evidence with numbers: between people, not between one person's nights, unless it says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from episodes.article.marks import gettext_noop as _
from episodes.article.sources import CITATIONS, ArticlePlace, Citation

ClaimKind = Literal["what_it_is_like", "restless_legs", "what_brings_it_on", "what_to_do"]
Certainty = Literal["good", "weak", "conflicting", "contradicted", "mixed", "none"]

# In the order in which they are shown.
KINDS: dict[ClaimKind, str] = {
    "what_it_is_like": _("What night cramps are like"),
    "restless_legs": _("Cramp or restless legs"),
    "what_brings_it_on": _("What may bring them on"),
    "what_to_do": _("What people do about them"),
}
CERTAINTY: dict[Certainty, str] = {
    "good": _("Studies agree"),
    "weak": _("Few or weak studies"),
    "conflicting": _("Studies disagree"),
    "contradicted": _("Studies say otherwise"),
    "mixed": _("Partly right"),
    "none": _("No study found"),
}


@dataclass(frozen=True)
class Claim:
    """One statement of the article beside what studies say. Keys of citations stand in `citation_keys`."""

    id: str
    kind: ClaimKind
    place: ArticlePlace
    text: str
    studies: str
    certainty: Certainty
    logged_by: tuple[str, ...]
    shown_on: tuple[str, ...]
    citation_keys: tuple[str, ...]

    @property
    def paragraph(self) -> int:
        return self.place.paragraph

    @property
    def certainty_words(self) -> str:
        return CERTAINTY[self.certainty]

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(CITATIONS[key] for key in self.citation_keys)


RESTLESS_ANSWERS = (
    "Night.restless_legs",
    "Night.urge_to_move",
    "Night.crawling",
    "Night.worse_at_rest",
    "Night.moving_relieves",
    "Night.comes_back_when_i_stop",
    "Night.worse_in_evening",
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="A1",
        kind="what_it_is_like",
        place=ArticlePlace(2),
        text=_("Night leg cramps are common, and they take away rest and sleep."),
        studies=_(
            "More than a third of the people on one doctor's list had cramps at rest. In another study "
            "nearly half of those over 60 had cramps, and three in ten were woken by them."
        ),
        certainty="good",
        logged_by=(
            "Night.outcome",
            "Night.sleep_disturbance_0_10",
            "Night.kept_awake_minutes",
            "Episode.woke_me",
        ),
        shown_on=("learn", "trends:1"),
        citation_keys=("naylor_1994", "maisonneuve_2016", "grandner_2017", "clinic_survey_2023"),
    ),
    Claim(
        id="A2",
        kind="what_brings_it_on",
        place=ArticlePlace(2),
        text=_("They follow hours of not moving and set in around bedtime."),
        studies=_(
            "In one study people who hardly moved had cramps far more often than people who did, but few of "
            "those asked were that inactive, so the size is very unsure. It compares people, not days. The "
            "hour at which cramps start has hardly been studied."
        ),
        certainty="weak",
        logged_by=(
            "Night.longest_still_hours",
            "Night.activity",
            "Episode.started_at",
            "Episode.part_of_night",
        ),
        shown_on=("learn", "factor:activity", "trends:3"),
        citation_keys=("delacour_2020",),
    ),
    Claim(
        id="A3",
        kind="what_it_is_like",
        place=ArticlePlace(3),
        text=_("Mostly the calf is hit; for many people also the thigh or the foot."),
        studies=_(
            "Four in five name the calf, then the foot. The thigh is rare: here the article says too much."
        ),
        certainty="good",
        logged_by=("Episode.location", "Episode.side"),
        shown_on=("learn", "trends:4"),
        citation_keys=("maisonneuve_2016", "hallegraeff_2017"),
    ),
    Claim(
        id="A4",
        kind="what_it_is_like",
        place=ArticlePlace(3),
        text=_("One cramp may be over in seconds or go on for an hour."),
        studies=_(
            "Doctors describe night leg cramps as lasting from seconds to ten minutes. In one survey the "
            "average was nine minutes. A cramp that goes on longer and does not ease is a reason to get "
            "advice."
        ),
        certainty="contradicted",
        logged_by=("Episode.duration_seconds", "Episode.duration_band"),
        shown_on=("learn", "trends:5"),
        citation_keys=("hallegraeff_2017", "naylor_1994", "nidirect"),
    ),
    Claim(
        id="A5",
        kind="what_it_is_like",
        place=ArticlePlace(4),
        text=_("The leg stays sore for the rest of the night."),
        studies=_(
            "Pain that stays on afterwards is one of the seven features by which night cramps are recognised."
        ),
        certainty="good",
        logged_by=("Night.soreness_morning_0_10", "Night.kept_awake_minutes"),
        shown_on=("learn", "trends:6"),
        citation_keys=("hallegraeff_2017", "nhs_leg_cramps"),
    ),
    Claim(
        id="A6",
        kind="what_it_is_like",
        place=ArticlePlace(4),
        text=_("It is still sore on the next day."),
        studies=_(
            "Most of 80 people with weekly cramps remembered sore calves on the days after. Nobody seems to "
            "have counted it night by night."
        ),
        certainty="weak",
        logged_by=("Night.soreness_next_day_0_10",),
        shown_on=("learn", "trends:6"),
        citation_keys=("blyton_2012",),
    ),
    Claim(
        id="A7",
        kind="restless_legs",
        place=ArticlePlace(5),
        text=_("Cramps and restless legs have only one thing in common: both come during sleep at night."),
        studies=_(
            "Restless legs come while you are awake and resting, most of all in the evening. Cramps come "
            "awake or asleep. One person can have both."
        ),
        certainty="contradicted",
        logged_by=("Night.outcome", *RESTLESS_ANSWERS),
        shown_on=("learn", "trends:restless", "review"),
        citation_keys=("irlssg_2014", "rabbitt_2016"),
    ),
    Claim(
        id="A8",
        kind="restless_legs",
        place=ArticlePlace(6),
        text=_("Restless legs crawl and do not hurt; a cramp hurts."),
        studies=_(
            "The core is right, yet about a third of people with restless legs call the feeling painful."
        ),
        certainty="mixed",
        logged_by=("Episode.felt", "Episode.pain_0_10", "Night.crawling"),
        shown_on=("learn", "trends:restless", "review"),
        citation_keys=("irlssg_2014", "restless_legs_pain"),
    ),
    Claim(
        id="A9",
        kind="restless_legs",
        place=ArticlePlace(6),
        text=_("With a cramp you hold the leg still; with restless legs you cannot stop moving it."),
        studies=_(
            "The urge to move is the first sign of restless legs. Holding still is in no description of "
            "cramps that we found: most people stretch the leg or stand up."
        ),
        certainty="mixed",
        logged_by=("Episode.wanted_to", "Night.urge_to_move"),
        shown_on=("learn", "trends:restless", "review"),
        citation_keys=("irlssg_2014", "hallegraeff_2017"),
    ),
    Claim(
        id="A10",
        kind="restless_legs",
        place=ArticlePlace(6),
        text=_("Moving the feet calms restless legs."),
        studies=_("True for as long as the moving goes on; when it stops, the feeling tends to come back."),
        certainty="good",
        logged_by=("Night.moving_relieves", "Night.comes_back_when_i_stop"),
        shown_on=("learn", "trends:restless", "review"),
        citation_keys=("irlssg_2014",),
    ),
    Claim(
        id="A11",
        kind="restless_legs",
        place=ArticlePlace(6),
        text=_("Stretching the leg eases a cramp."),
        studies=_(
            "Sleep medicine counts this as part of what a cramp is. But stretching is also listed among what "
            "eases restless legs, so it does not tell the two apart."
        ),
        certainty="good",
        logged_by=("RemedyUse.remedy", "RemedyUse.helped", "RemedyUse.seconds_to_relief"),
        shown_on=("learn", "trends:9", "remedy:stretching"),
        citation_keys=("rabbitt_2016", "irlssg_2014"),
    ),
    Claim(
        id="A12",
        kind="what_brings_it_on",
        place=ArticlePlace(7),
        text=_("Nobody can name one thing that brings night cramps on."),
        studies=_("Right. In most people no reason is found."),
        certainty="good",
        logged_by=("Night.outcome",),
        shown_on=("learn", "trends:1"),
        citation_keys=("rabbitt_2016", "cks_leg_cramps"),
    ),
    Claim(
        id="A13",
        kind="what_brings_it_on",
        place=ArticlePlace(7),
        text=_("Standing on concrete is closely linked with them."),
        studies=_(
            "Among 2,165 workers, long standing went with more night cramps, clearly so only in men. The "
            "floor itself has not been studied."
        ),
        certainty="weak",
        logged_by=("Night.hard_floor_hours",),
        shown_on=("learn", "factor:hard-floor"),
        citation_keys=("bahk_2012",),
    ),
    Claim(
        id="A14",
        kind="what_brings_it_on",
        place=ArticlePlace(7),
        text=_("A lot of sitting is suspected too."),
        studies=_("Sitting itself was not studied. What was found is about people who move little over all."),
        certainty="weak",
        logged_by=("Night.sitting_hours",),
        shown_on=("learn", "factor:sitting"),
        citation_keys=("delacour_2020",),
    ),
    Claim(
        id="A15",
        kind="what_brings_it_on",
        place=ArticlePlace(7),
        text=_("Sitting badly is suspected too."),
        studies=_(
            "We found no study. When people with cramps were asked, "
            "they most often blamed how they lay in bed."
        ),
        certainty="none",
        logged_by=("Night.sitting_posture",),
        shown_on=("learn", "factor:posture"),
        citation_keys=("blyton_2012",),
    ),
    Claim(
        id="A16",
        kind="what_brings_it_on",
        place=ArticlePlace(8),
        text=_("Pregnancy makes them more likely."),
        studies=_("More than half of 439 women in the last third of pregnancy had leg cramps."),
        certainty="good",
        logged_by=("Condition.key", "Condition.started_on", "Condition.due_on", "Condition.ended_on"),
        shown_on=("learn", "factor:pregnancy"),
        citation_keys=("mansouri_2019",),
    ),
    Claim(
        id="A17",
        kind="what_brings_it_on",
        place=ArticlePlace(8),
        text=_("A lot of alcohol makes them more likely."),
        studies=_(
            "People over 60 with cramps drank alcohol more often than people like them without cramps. It "
            "was any drinking, not a lot, and the size is very unsure."
        ),
        certainty="weak",
        logged_by=("Night.alcohol_drinks",),
        shown_on=("learn", "factor:alcohol"),
        citation_keys=("delacour_2018",),
    ),
    Claim(
        id="A18",
        kind="what_brings_it_on",
        place=ArticlePlace(8),
        text=_("Parkinson's disease makes them more likely."),
        studies=_(
            "A patients' organisation says cramps are more common then; we found no count. Stiff, twisting "
            "toes in the early morning can look like a cramp and be something else."
        ),
        certainty="weak",
        logged_by=(
            "Condition.key",
            "Condition.started_on",
            "Episode.toe_curl_or_twist",
            "Episode.part_of_night",
        ),
        shown_on=("learn", "factor:parkinsons"),
        citation_keys=("parkinsons_uk",),
    ),
    Claim(
        id="A19",
        kind="what_brings_it_on",
        place=ArticlePlace(8),
        text=_("Drinking too little makes them more likely."),
        studies=_(
            "In a laboratory ten men lost three percent of their weight as sweat, and cramps were no easier "
            "to set off. Advice pages still list it. If you were told to limit drinking, or have heart or "
            "kidney disease, change nothing without your doctor."
        ),
        certainty="contradicted",
        logged_by=("Night.fluid_ml", "Night.hot_or_sweating", "Night.vomiting_or_diarrhoea"),
        shown_on=("learn", "factor:hydration"),
        citation_keys=("miller_2010", "parkinsons_uk"),
    ),
    Claim(
        id="A20",
        kind="what_to_do",
        place=ArticlePlace(9),
        text=_("Find out first what brings yours on, or whether an illness is behind them; then act on it."),
        studies=_(
            "Half right. A diary shows what goes together, not why. Some medicines and illnesses are worth a "
            "look by a clinician first, and help does not have to wait until something is found."
        ),
        certainty="mixed",
        logged_by=("Night.outcome", "Condition.key", "Medicine.drug_class", "Medicine.started_on"),
        shown_on=("learn", "trends:7", "trends:8"),
        citation_keys=("cks_leg_cramps", "garrison_2012"),
    ),
    Claim(
        id="A21",
        kind="what_to_do",
        place=ArticlePlace(9),
        text=_("When the muscles are tight and numb, take a warm bath in the evening."),
        studies=_(
            "We know of no trial for cramps. Numbness is a reason to see a doctor, whatever a bath does."
        ),
        certainty="none",
        logged_by=("Night.bedtime_tightness_0_10", "Night.numbness", "Night.warm_bath"),
        shown_on=("learn", "remedy:warm-bath", "experiment:warm-bath"),
        citation_keys=("cochrane_non_drug_2021", "cks_leg_cramps"),
    ),
    Claim(
        id="A22",
        kind="what_to_do",
        place=ArticlePlace(9),
        text=_("Do a few light stretches at the end of the day."),
        studies=_(
            "One trial with 80 people counted about one cramp a night fewer. Another with 191 people found "
            "no difference. A review of three trials is unsure."
        ),
        certainty="conflicting",
        logged_by=("Night.stretched_minutes",),
        shown_on=("learn", "remedy:stretching", "experiment:stretching"),
        citation_keys=("hallegraeff_2012", "coppin_2005", "cochrane_non_drug_2021"),
    ),
    Claim(
        id="A23",
        kind="what_to_do",
        place=ArticlePlace(9),
        text=_("When it hurts badly, put warm pads on the place."),
        studies=_("We know of no trial. Pads can burn: not on numb skin, and never fall asleep on one."),
        certainty="none",
        logged_by=("RemedyUse.remedy", "RemedyUse.helped", "Night.heat_at_bedtime"),
        shown_on=("learn", "remedy:heat", "trends:9", "experiment:heat"),
        citation_keys=("cochrane_non_drug_2021",),
    ),
    Claim(
        id="A24",
        kind="what_to_do",
        place=ArticlePlace(9),
        text=_("For some people acupuncture ended their cramps."),
        studies=_(
            "In a trial with 50 people on dialysis, needles in the wrong places went with fewer cramps too. "
            "There is no promise of a cure."
        ),
        certainty="weak",
        logged_by=("Night.acupuncture",),
        shown_on=("learn", "remedy:acupuncture"),
        citation_keys=("jahromi_2024",),
    ),
    Claim(
        id="A25",
        kind="what_it_is_like",
        place=ArticlePlace(10),
        text=_("A hard cramp can make you feel unable to move at all."),
        studies=_(
            "That fits what people tell, for the minutes of the cramp. Weakness that stays afterwards is a "
            "reason to get advice soon."
        ),
        certainty="weak",
        logged_by=("Episode.could_not_move", "Night.weakness_after"),
        shown_on=("learn", "entry", "review"),
        citation_keys=("nhs_leg_cramps", "cks_leg_cramps"),
    ),
    Claim(
        id="A26",
        kind="what_to_do",
        place=ArticlePlace(10),
        text=_("Rub the place at once, round and round."),
        studies=_(
            "Health services advise rubbing; we know of no trial, least of all of circles. Never rub a calf "
            "that is swollen, hot or red."
        ),
        certainty="none",
        logged_by=("RemedyUse.remedy", "RemedyUse.helped", "Night.massage_at_bedtime"),
        shown_on=("learn", "remedy:massage", "trends:9", "experiment:massage"),
        citation_keys=("nhs_leg_cramps", "cks_leg_cramps", "cochrane_non_drug_2021"),
    ),
    Claim(
        id="A27",
        kind="what_to_do",
        place=ArticlePlace(10),
        text=_("Get up, walk and shake the legs to get the blood going."),
        studies=_(
            "Putting weight on the leg is common advice; we know of no trial, and the reason given is not "
            "backed by studies. In the dark, mind that you do not fall."
        ),
        certainty="none",
        logged_by=("RemedyUse.remedy", "RemedyUse.helped", "Episode.fell"),
        shown_on=("learn", "remedy:walk-and-shake", "trends:9"),
        citation_keys=("nhs_leg_cramps", "cochrane_non_drug_2021"),
    ),
)

CLAIMS_BY_ID = {claim.id: claim for claim in CLAIMS}


def claims_by_kind() -> tuple[tuple[str, tuple[Claim, ...]], ...]:
    """Return (heading, statements) for each kind in the order of KINDS, each in the article's order."""
    return tuple(
        (heading, tuple(claim for claim in CLAIMS if claim.kind == kind)) for kind, heading in KINDS.items()
    )
