"""The answers that each question with fixed answers accepts, in the order in which they are offered.

Every list is a tuple of (stored value, label); labels are marked here and translated where they are printed.
"No answer" is never in a list: an unanswered question is stored as nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _
from episodes.article.remedies import REMEDIES_DURING
from episodes.questions.conditions import CONDITIONS, DRUG_CLASSES

Choices = tuple[tuple[str, str], ...]


def values(choices: Choices) -> tuple[str, ...]:
    """Return the stored values of a list of choices, in order."""
    return tuple(value for value, _label in choices)


def label_of(choices: Choices, value: str) -> str:
    """Return the English label of a stored value. Raises KeyError for a value that is not in the list."""
    return dict(choices)[value]


# The night
OUTCOME: Choices = (
    ("no_cramps", _("No cramp")),
    ("cramps", _("Leg cramp")),
    ("unsure", _("Not sure")),
    ("not_in_bed", _("Not in bed that night")),
)
YES_NO_UNSURE: Choices = (("yes", _("Yes")), ("no", _("No")), ("unsure", _("Not sure")))
LEG_WARNING_SIGN: Choices = (
    ("none", _("Neither leg")),
    ("left", _("Left leg")),
    ("right", _("Right leg")),
    ("both", _("Both legs")),
)
# The questions asked when somebody is not sure whether it was a cramp, by field; each takes YES_NO_UNSURE.
RESTLESS_QUESTIONS: Choices = (
    ("urge_to_move", _("Did you feel that you had to move your legs?")),
    ("crawling", _("Did your legs feel crawly, itchy or odd inside?")),
    ("worse_at_rest", _("Did it start or get worse while you kept still?")),
    ("moving_relieves", _("Did moving make it better while you moved?")),
    ("comes_back_when_i_stop", _("Did it come back when you stopped moving?")),
    ("worse_in_evening", _("Is it worse in the evening than in the morning?")),
)
SLEEP_QUALITY: Choices = (
    ("1", _("Very poor")),
    ("2", _("Poor")),
    ("3", _("Fair")),
    ("4", _("Good")),
    ("5", _("Very good")),
)
ENTERED_VIA: Choices = (
    ("web", _("in the browser")),
    ("offline", _("on a device without a connection")),
    ("import", _("from a file")),
    ("api", _("by another program")),
    ("now", _("during the cramp")),
)
HABITS_SOURCE: Choices = (
    ("own", _("answered one by one")),
    ("usual", _("your usual day")),
    ("usual_changed", _("your usual day, with changes")),
)
REVISION_REASON: Choices = (
    ("written", _("first written")),
    ("changed", _("changed")),
    ("undone", _("put back")),
    ("deleted", _("deleted")),
    ("restored", _("brought back from the bin")),
    ("conflict", _("changed on two devices")),
    ("imported", _("read from a file")),
    ("timed", _("timed during a cramp")),
)

# Habits whose answer is a word or a step
ACTIVITY: Choices = (
    ("0", _("No activity")),
    ("1", _("Light")),
    ("2", _("Moderate")),
    ("3", _("Hard or unusual")),
)
SITTING_POSTURE: Choices = (
    ("supported", _("Back and feet supported")),
    ("crossed", _("Legs crossed")),
    ("slumped", _("Slumped")),
    ("feet_unsupported", _("Feet hanging")),
    ("unsure", _("Mixed or not sure")),
)

# The cramp
SIDE: Choices = (("left", _("Left")), ("right", _("Right")), ("both", _("Both")))
LOCATION: Choices = (
    ("calf", _("Calf")),
    ("foot", _("Foot")),
    ("toes", _("Toes")),
    ("shin", _("Shin")),
    ("thigh_front", _("Front of the thigh")),
    ("hamstring", _("Back of the thigh")),
    ("other", _("Somewhere else")),
)
PART_OF_NIGHT: Choices = (
    ("before_midnight", _("Before midnight")),
    ("0_3", _("Midnight to 3")),
    ("3_6", _("3 to 6")),
    ("after_6", _("After 6")),
    ("daytime", _("In the daytime")),
)
DURATION_BAND: Choices = (
    ("under_1", _("Under 1 minute")),
    ("1_5", _("1 to 5 minutes")),
    ("5_10", _("5 to 10 minutes")),
    ("10_30", _("10 to 30 minutes")),
    ("30_60", _("30 to 60 minutes")),
    ("over_60", _("Over an hour")),
)
FELT: Choices = (
    ("pain", _("Pain")),
    ("crawling", _("Crawling or tingling, without pain")),
    ("both", _("Both")),
)
WANTED_TO: Choices = (
    ("keep_still", _("Keep still")),
    ("stretch", _("Stretch it")),
    ("move", _("Move about")),
)
HELPED: Choices = (("none", _("No")), ("some", _("A little")), ("yes", _("Yes")))
REMEDY: Choices = tuple((remedy.key, remedy.label) for remedy in REMEDIES_DURING)

# The person
SEX_AT_BIRTH: Choices = (("female", _("Female")), ("male", _("Male")), ("other", _("Other")))
WORK_TYPE: Choices = (
    ("mostly_sitting", _("Mostly sitting")),
    ("mostly_standing", _("Mostly standing")),
    ("mostly_walking", _("Mostly walking")),
    ("heavy", _("Heavy work")),
    ("mixed", _("A mix")),
    ("not_working", _("Not in paid work")),
)
CONDITION: Choices = tuple((condition.key, condition.label) for condition in CONDITIONS)
DRUG_CLASS: Choices = tuple((drug_class.key, drug_class.label) for drug_class in DRUG_CLASSES)
THEME: Choices = (("auto", _("As my device")), ("light", _("Light colours")), ("dark", _("Dark colours")))
HEMISPHERE: Choices = (("north", _("North of the equator")), ("south", _("South of the equator")))
DRINK_GRAMS: Choices = (
    ("8", _("8 grams of alcohol (United Kingdom)")),
    ("10", _("10 grams of alcohol (most of Europe, Australia)")),
    ("14", _("14 grams of alcohol (United States)")),
)
NIGHT_STARTS_AT: Choices = (
    ("12:00", _("At noon: I sleep at night")),
    ("18:00", _("At 6 in the evening: I sometimes sleep by day")),
)


@dataclass(frozen=True)
class Place:
    """One answer to "where was it?": a side and a location with the words for both together."""

    side: str
    location: str
    label: str

    @property
    def key(self) -> str:
        return f"{self.side}-{self.location}"

    @property
    def is_on_map(self) -> bool:
        """Return whether the picture of the legs has this place; the list has the others alone."""
        return self.side != "both" and self.location != "other"


# Written out one by one: other languages cannot build these from two words.
PLACES: tuple[Place, ...] = (
    Place("left", "calf", _("Left calf")),
    Place("right", "calf", _("Right calf")),
    Place("both", "calf", _("Both calves")),
    Place("left", "foot", _("Left foot")),
    Place("right", "foot", _("Right foot")),
    Place("both", "foot", _("Both feet")),
    Place("left", "toes", _("Left toes")),
    Place("right", "toes", _("Right toes")),
    Place("both", "toes", _("Toes of both feet")),
    Place("left", "shin", _("Left shin")),
    Place("right", "shin", _("Right shin")),
    Place("both", "shin", _("Both shins")),
    Place("left", "thigh_front", _("Front of the left thigh")),
    Place("right", "thigh_front", _("Front of the right thigh")),
    Place("both", "thigh_front", _("Front of both thighs")),
    Place("left", "hamstring", _("Back of the left thigh")),
    Place("right", "hamstring", _("Back of the right thigh")),
    Place("both", "hamstring", _("Back of both thighs")),
    Place("left", "other", _("Left leg, somewhere else")),
    Place("right", "other", _("Right leg, somewhere else")),
    Place("both", "other", _("Both legs, somewhere else")),
)
PLACES_BY_KEY = {place.key: place for place in PLACES}


def place_label(side: str | None, location: str | None) -> str | None:
    """Return the English words for a place, as exact as what was answered; None when nothing was."""
    if side and location:
        return PLACES_BY_KEY[f"{side}-{location}"].label
    if location:
        return label_of(LOCATION, location)
    if side:
        return label_of(LEG_WARNING_SIGN, side)  # "Left leg": the same words serve for a bare side
    return None
