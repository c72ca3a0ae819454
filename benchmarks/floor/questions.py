"""The questions of the night form as a bare project would list them: name, words, values of the buttons."""

from __future__ import annotations

YES_NO = ("no", "yes")
UNSURE = ("yes", "no", "unsure")
KNOWN = ("no", "yes", "?")
CRAMP = (
    ("place", "Where?", tuple(f"{side}-{part}" for side in ("left", "right") for part in (
        "calf", "foot", "toes", "shin", "thigh_front", "hamstring", "other", "sole", "ankle", "knee", "buttock")) ),
    ("duration_band", "How long?", ("under_1", "1_5", "5_10", "10_30", "30_60", "over_60")),
    ("pain_0_10", "How much did it hurt?", tuple(str(number) for number in range(11))),
    ("part_of_night", "When?", ("before_midnight", "0_3", "3_6", "after_6", "daytime")),
    ("remedies", "What did you do?", ("stretch", "massage", "heat", "walk", "shake", "cold", "medicine", "waited", "other")),
    ("helped", "Did it help?", ("none", "some", "yes")),
    ("woke_me", "Did it wake you?", YES_NO),
    ("hard_knot", "A hard knot?", YES_NO),
    ("felt", "How did it feel?", ("pain", "crawling", "both")),
    ("wanted_to", "What did you want to do?", ("keep_still", "stretch", "move")),
    ("could_not_move", "Could you not move?", YES_NO),
    ("toe_curl_or_twist", "Toes curled or twisted?", YES_NO),
    ("fell", "Did you fall?", YES_NO),
)  # fmt: skip
NIGHT = (
    ("outcome", "A cramp?", ("no_cramps", "cramps", "unsure", "not_in_bed")),
    ("episode_count", "How many?", ("1", "2", "3", "4")),
    ("soreness_morning_0_10", "Sore in the morning?", ("0", "3", "7")),
    ("sleep_disturbance_0_10", "Sleep disturbed?", ("0", "3", "7")),
    ("urge_to_move", "An urge to move?", UNSURE),
    ("crawling", "Crawling?", UNSURE),
    ("worse_at_rest", "Worse at rest?", UNSURE),
    ("moving_relieves", "Better when moving?", UNSURE),
    ("comes_back_when_i_stop", "Back when you stop?", UNSURE),
    ("worse_in_evening", "Worse in the evening?", UNSURE),
    ("restless_legs", "Restless legs?", UNSURE),
    ("activity", "How active?", ("0", "1", "2", "3", "?")),
    ("sitting_hours", "Hours sitting?", ("0", "2", "6", "10", "?")),
    ("hard_floor_hours", "Hours on hard floors?", ("0", "1", "3", "5", "?")),
    ("alcohol_drinks", "Alcoholic drinks?", ("0", "1", "2", "3", "?")),
    ("fluid_ml", "How much did you drink?", ("750", "1250", "1750", "2500", "?")),
    ("stretched_minutes", "Minutes of stretching?", ("0", "5", "10", "?")),
    ("longest_still_hours", "Longest time still?", ("0.5", "1.5", "3", "5", "?")),
    ("sitting_posture", "How did you sit?", ("supported", "crossed", "slumped", "feet_unsupported", "unsure", "?")),
    ("hot_or_sweating", "Hot or sweating?", KNOWN),
    ("vomiting_or_diarrhoea", "Vomiting or diarrhoea?", KNOWN),
    ("bedtime_tightness_0_10", "Tight at bedtime?", (*(str(number) for number in range(11)), "?")),
    ("warm_bath", "A warm bath?", KNOWN),
    ("heat_at_bedtime", "Heat at bedtime?", KNOWN),
    ("massage_at_bedtime", "Massage?", KNOWN),
    ("acupuncture", "Acupuncture?", KNOWN),
    ("kept_awake_minutes", "Minutes awake?", ("0", "10", "40", "90")),
    ("sleep_quality_1_5", "How did you sleep?", ("1", "2", "3", "4", "5")),
    ("leg_warning_sign", "Swollen or hot leg?", ("none", "left", "right", "both")),
    ("numbness", "Numb?", YES_NO),
    ("weakness_after", "Weak?", YES_NO),
)  # fmt: skip
AMOUNTS = {
    "episode_count", "soreness_morning_0_10", "sleep_disturbance_0_10", "sitting_hours", "hard_floor_hours",
    "alcohol_drinks", "fluid_ml", "stretched_minutes", "longest_still_hours", "kept_awake_minutes",
}  # fmt: skip
