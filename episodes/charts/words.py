"""Words for the keys that drawings and tables show; a template translates them.

An unknown key, such as a remedy added later, is shown as its own words.
"""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Return the text unchanged; marks it for translation without importing a framework."""
    return message


#: (side, location) -> words; side None when only the part of the leg was named.
PLACES: dict[tuple[str | None, str], str] = {
    ("left", "calf"): gettext_noop("left calf"),
    ("right", "calf"): gettext_noop("right calf"),
    ("both", "calf"): gettext_noop("both calves"),
    (None, "calf"): gettext_noop("calf, side not written"),
    ("left", "foot"): gettext_noop("left foot"),
    ("right", "foot"): gettext_noop("right foot"),
    ("both", "foot"): gettext_noop("both feet"),
    (None, "foot"): gettext_noop("foot, side not written"),
    ("left", "toes"): gettext_noop("toes of the left foot"),
    ("right", "toes"): gettext_noop("toes of the right foot"),
    ("both", "toes"): gettext_noop("toes of both feet"),
    (None, "toes"): gettext_noop("toes, side not written"),
    ("left", "shin"): gettext_noop("left shin"),
    ("right", "shin"): gettext_noop("right shin"),
    ("both", "shin"): gettext_noop("both shins"),
    (None, "shin"): gettext_noop("shin, side not written"),
    ("left", "thigh_front"): gettext_noop("front of the left thigh"),
    ("right", "thigh_front"): gettext_noop("front of the right thigh"),
    ("both", "thigh_front"): gettext_noop("front of both thighs"),
    (None, "thigh_front"): gettext_noop("front of the thigh, side not written"),
    ("left", "hamstring"): gettext_noop("back of the left thigh"),
    ("right", "hamstring"): gettext_noop("back of the right thigh"),
    ("both", "hamstring"): gettext_noop("back of both thighs"),
    (None, "hamstring"): gettext_noop("back of the thigh, side not written"),
    ("left", "other"): gettext_noop("somewhere else on the left"),
    ("right", "other"): gettext_noop("somewhere else on the right"),
    ("both", "other"): gettext_noop("somewhere else on both sides"),
    (None, "other"): gettext_noop("somewhere else"),
}

WORDS: dict[str, str] = {
    # parts of the night
    "before_midnight": gettext_noop("before midnight"),
    "0_3": gettext_noop("midnight to 3"),
    "3_6": gettext_noop("3 to 6"),
    "after_6": gettext_noop("after 6"),
    "daytime": gettext_noop("by day"),
    # lengths, in minutes
    "under_1": gettext_noop("under 1"),
    "1_5": gettext_noop("1 to 5"),
    "5_10": gettext_noop("5 to 10"),
    "over_10": gettext_noop("over 10"),
    # soreness
    "none": gettext_noop("not sore"),
    "mild": gettext_noop("a little"),
    "moderate": gettext_noop("sore"),
    "strong": gettext_noop("very sore"),
    # worst pain of the night
    "pain_0_3": gettext_noop("Pain 0 to 3"),
    "pain_4_6": gettext_noop("Pain 4 to 6"),
    "pain_7_10": gettext_noop("Pain 7 to 10"),
    "pain_unknown": gettext_noop("Pain not written"),
    # what was done during a cramp
    "stretch": gettext_noop("stretching"),
    "massage": gettext_noop("rubbing"),
    "heat": gettext_noop("warmth"),
    "walk": gettext_noop("walking about"),
    "shake": gettext_noop("shaking the leg"),
    "cold": gettext_noop("cooling"),
    "medicine": gettext_noop("a medicine"),
    "waited": gettext_noop("waiting"),
    "other": gettext_noop("something else"),
    # answers about restless legs
    "restless_legs": gettext_noop("Restless legs in the night"),
    "urge_to_move": gettext_noop("I had to move my legs"),
    "crawling": gettext_noop("It was crawling or tingling"),
    "worse_at_rest": gettext_noop("It was worse at rest"),
    "moving_relieves": gettext_noop("Moving made it better"),
    "comes_back_when_i_stop": gettext_noop("It came back when I stopped"),
    "worse_in_evening": gettext_noop("It was worse in the evening or at night"),
    # what a cramp felt like, and what the person wanted to do
    "felt_pain": gettext_noop("pain"),
    "felt_crawling": gettext_noop("crawling or tingling, without pain"),
    "felt_both": gettext_noop("both"),
    "wanted_keep_still": gettext_noop("keep still"),
    "wanted_stretch": gettext_noop("stretch the leg"),
    "wanted_move": gettext_noop("move about"),
}


def words_for(key: str) -> str:
    """Return the words of a key, an unknown key with spaces for its underscores."""
    return WORDS.get(key, key.replace("_", " "))


def words_for_place(side: str | None, location: str) -> str:
    """Return the words of a place on the legs."""
    return PLACES.get((side, location), location.replace("_", " "))
