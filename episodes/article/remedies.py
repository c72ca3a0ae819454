"""Remedies: what can be tried during a cramp or before bed, who had better not, and how sure anybody is.

No text here promises that a remedy works. Experiments are allowed for four of them only; nobody is put to
chance with alcohol, amounts drunk, sitting, floors or medicines.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _


@dataclass(frozen=True)
class RemedyDuring:
    """Something that can be used while a cramp lasts. `page`: the remedy page that tells more, if any."""

    key: str
    label: str
    page: str | None = None


@dataclass(frozen=True)
class Remedy:
    """One remedy page.

    how: three steps. who_should_not: the line about pregnancy comes first. evidence: what studies say, in
    plain words; certainty: a key of `claims.CERTAINTY`. claims: ids. habit: the night's column that records
    it as an evening remedy, None when it is only used during a cramp. during: keys of REMEDIES_DURING.
    refused_with: conditions under which an experiment with it is refused; refused_when_numb: also after an
    answer that says the leg was numb. With the same ones a plan for tonight is refused (plan_refused) or
    comes with a warning. is_longer_term: no matter of one evening, so it is not planned for one.
    """

    key: str
    label: str
    summary: str
    how: tuple[str, str, str]
    who_should_not: tuple[str, ...]
    evidence: str
    certainty: str
    claims: tuple[str, ...]
    citations: tuple[str, ...]
    habit: str | None = None
    during: tuple[str, ...] = ()
    experiment_allowed: bool = False
    refused_with: tuple[str, ...] = ()
    refused_when_numb: bool = False
    plan_refused: bool = False
    is_longer_term: bool = False

    @property
    def can_be_planned(self) -> bool:
        return self.habit is not None and not self.is_longer_term


NUMB_DAYS = 28  # how long a night with a numb leg speaks against warmth
PREGNANCY_WARNS_DAYS = 42  # six weeks after a pregnancy the warning signs are still those of pregnancy


REMEDIES_DURING: tuple[RemedyDuring, ...] = (
    RemedyDuring("stretch", _("Stretched it"), "stretching"),
    RemedyDuring("massage", _("Rubbed it"), "massage"),
    RemedyDuring("heat", _("Warmed it"), "heat"),
    RemedyDuring("walk", _("Walked about"), "walk-and-shake"),
    RemedyDuring("shake", _("Shook the leg"), "walk-and-shake"),
    RemedyDuring("cold", _("Cooled it")),
    RemedyDuring("medicine", _("Took a medicine")),
    RemedyDuring("waited", _("Waited")),
    RemedyDuring("other", _("Something else")),
)

REMEDIES: tuple[Remedy, ...] = (
    Remedy(
        key="stretching",
        label=_("Stretching"),
        summary=_("A calm stretch of the calf, before bed or while a cramp lasts."),
        how=(
            _("Before bed: stand an arm's length from a wall, hands on it, heels on the floor."),
            _(
                "Lean in slowly until the calf pulls a little. Hold for "
                "ten seconds, rest, and do it three times."
            ),
            _("During a cramp: straighten the knee and pull the foot towards your shin until it lets go."),
        ),
        who_should_not=(
            _("In pregnancy: sit or lie down for it, or hold on to something heavy."),
            _("If you are unsteady: stretch sitting on the bed, never standing in the dark."),
            _("If a leg was injured or operated on lately: ask first."),
        ),
        evidence=_(
            "Stretching a cramp is part of how sleep medicine describes one: it lets go when stretched. As a "
            "habit before bed the results clash. One small trial counted about one cramp a night fewer, a "
            "larger one found no difference, and a review of three trials calls the picture uncertain."
        ),
        certainty="conflicting",
        claims=("A11", "A22"),
        citations=("rabbitt_2016", "hallegraeff_2012", "coppin_2005", "cochrane_non_drug_2021"),
        habit="stretched_minutes",
        during=("stretch",),
        experiment_allowed=True,
    ),
    Remedy(
        key="warm-bath",
        label=_("Warm bath"),
        summary=_("A warm, not hot, bath or foot bath in the evening when your legs feel tight."),
        how=(
            _("Run the water warm, about as warm as your skin. Test it with your elbow."),
            _("Stay in for ten to fifteen minutes and let the legs go loose."),
            _("Get out slowly, hold on, and dry your feet before you walk."),
        ),
        who_should_not=(
            _("In pregnancy: no hot baths. Comfortably warm is enough."),
            _(
                "If your feet or legs are numb or feel heat badly: test "
                "the water with your hand, and tell a doctor."
            ),
            _("If you get dizzy, have a weak heart or drank alcohol: not alone."),
        ),
        evidence=_(
            "We know of no trial of warm baths for night cramps. Numbness itself is a reason to see a doctor."
        ),
        certainty="none",
        claims=("A21",),
        citations=("cochrane_non_drug_2021", "cks_leg_cramps"),
        habit="warm_bath",
        experiment_allowed=True,
        refused_with=("pregnancy", "diabetes", "neuropathy"),
        refused_when_numb=True,
    ),
    Remedy(
        key="heat",
        label=_("Heat"),
        summary=_("A warm pad or bottle on the sore muscle, for a short time."),
        how=(
            _("Wrap the pad or bottle in a towel. It must never feel hot."),
            _("Lay it on the muscle for ten to fifteen minutes and look at your skin once in between."),
            _("Switch it off and put it away before you lie down to sleep."),
        ),
        who_should_not=(
            _("In pregnancy: no strong heat; a lukewarm cloth at most."),
            _("With diabetes, nerve damage or numb skin: no heat. You may not feel a burn."),
            _("Never fall asleep on a pad. Never on broken skin, and never on a swollen, red or hot leg."),
        ),
        evidence=_("We know of no trial of heat for leg cramps. What is certain is that pads can burn."),
        certainty="none",
        claims=("A23",),
        citations=("cochrane_non_drug_2021",),
        habit="heat_at_bedtime",
        during=("heat",),
        experiment_allowed=True,
        refused_with=("pregnancy", "diabetes", "neuropathy"),
        refused_when_numb=True,
        plan_refused=True,
    ),
    Remedy(
        key="massage",
        label=_("Massage"),
        summary=_("Rubbing the tight muscle with the hand, during a cramp or before bed."),
        how=(
            _("Sit down and rest the foot so that the muscle hangs loose."),
            _("Press with the flat hand or the thumbs in slow, small circles around the hard place."),
            _("Get firmer only as it lets go. Stop if it hurts more."),
        ),
        who_should_not=(
            _(
                "In pregnancy and the six weeks after birth: look first. One swollen, hot, red or painful "
                "leg is never rubbed: call the maternity unit or your doctor today."
            ),
            _("Anybody: never rub a calf that is swollen, hot or red."),
            _("With blood thinners: gently, or ask first."),
        ),
        evidence=_("Health services advise it for a cramp. We know of no trial, and of none for circles."),
        certainty="none",
        claims=("A26",),
        citations=("nhs_leg_cramps", "cochrane_non_drug_2021"),
        habit="massage_at_bedtime",
        during=("massage",),
        experiment_allowed=True,
    ),
    Remedy(
        key="walk-and-shake",
        label=_("Walking and shaking"),
        summary=_("Standing up, putting weight on the leg, walking a few steps or shaking it out."),
        how=(
            _("Switch on a light first and sit on the edge of the bed for a moment."),
            _("Stand, hold on to something, and put your weight on the foot."),
            _("Walk a few steps, or shake the leg loosely while you hold on."),
        ),
        who_should_not=(
            _("In pregnancy: get up slowly and hold on; your balance has changed."),
            _("If you fall easily or feel dizzy at night: stay seated and pull the foot up instead."),
        ),
        evidence=_(
            "We know of no trial. Why it might help is not known either; the idea about blood flow is not "
            "backed by studies. Getting up in the dark has a risk of its own: falling."
        ),
        certainty="none",
        claims=("A27",),
        citations=("nhs_leg_cramps", "cochrane_non_drug_2021"),
        during=("walk", "shake"),
    ),
    Remedy(
        key="acupuncture",
        label=_("Acupuncture"),
        summary=_("Needles set by a trained person. Some people report that their cramps went away."),
        how=(
            _("Ask your doctor first if you bleed easily or take blood thinners."),
            _("Go to a trained, registered practitioner who uses single-use needles."),
            _("Mark the days here, so that you can look at the nights around them."),
        ),
        who_should_not=(
            _("In pregnancy: only with somebody trained for it, and tell your midwife."),
            _("With blood thinners, a bleeding illness or a weak immune system: ask your doctor first."),
        ),
        evidence=_(
            "In a trial with 50 people on dialysis, those who got needles in the wrong places got better as "
            "well. Small studies without a comparison saw cramps come back. There is no promise of a cure."
        ),
        certainty="weak",
        claims=("A24",),
        citations=("jahromi_2024",),
        habit="acupuncture",
        is_longer_term=True,
    ),
)

REMEDIES_BY_KEY = {remedy.key: remedy for remedy in REMEDIES}
REMEDIES_DURING_BY_KEY = {remedy.key: remedy for remedy in REMEDIES_DURING}
EXPERIMENT_ALLOWED = tuple(remedy.key for remedy in REMEDIES if remedy.experiment_allowed)
