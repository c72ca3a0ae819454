"""Walks at random: one step after the other that a person could do on the page as it is."""

import datetime as dt
import re

from tests.walks.page import LOOK

# Which kind of question is answered how often; what is answered most is what matters most.
KINDS = (
    (5, lambda name: name.startswith("episodes-") and name.split("-")[2] in ("place", "duration_band", "pain_0_10", "part_of_night", "remedies", "helped")),
    (2, lambda name: name.startswith("episodes-") and not name.endswith("-DELETE")),
    (1, lambda name: name.endswith("-DELETE")),
    (2, lambda name: name in ("leg_warning_sign", "weakness_after", "numbness")),
    (1, lambda name: name == "outcome"),
    (3, lambda name: not name.startswith("episodes-") and name != "outcome"),
)  # fmt: skip
NUMBERS = ("0", "1", "3", "7", "12", "20", "61", "400")
FINISHES = (
    "finish",
    "finish pain_0_10=6",
    "finish place=left-foot pain_0_10=0",
    "finish remedies=stretching",
)
SECONDS = ("0.3", "0.5", "0.9")


def next_step(walk, rng):
    """Return one step that a person could do on the page as it is."""
    if walk.asks:
        return rng.choice(("delete", "keep"))
    look = walk.hand.js(LOOK)
    back = rng.randrange(4)
    steps = [(1, f"open /nights/N-{back}/"), (1, "open /"), (1, "open /calendar/#missed")]
    if not walk.is_offline:
        steps += [(1, "reload"), (1, "back")] if len(walk.steps) > 1 else []
        if len(walk.tabs) == 1 and walk.visit is not None:
            steps += [(1, "tab"), (1, "offline")]
        elif len(walk.tabs) > 1:
            steps.append((1, f"tab {rng.randrange(len(walk.tabs))}"))
        if look["path"] == "/":
            steps.append((1, "open /now/"))
    else:
        steps = [(2, "online"), (2, "online stay")]
    if walk.visit is not None:
        steps += _on_the_night(walk, look, rng)
    elif look["path"].startswith("/now/"):
        steps += _on_now(walk, look)
    elif not walk.is_offline:
        for button in look["buttons"]:
            if re.fullmatch(
                r"/nights/[\d-]+/(outcome|soreness|length|undo)/|/safety/read/", button["action"]
            ):
                where = f"{button['action']} {button['name']}={button['value']}"
                steps.append((3, f"press {where}"))
                if button["isMissed"]:
                    steps.append((3, f"twice {rng.choice(SECONDS)} {where}"))
        if any(button["action"].endswith("/finish/") for button in look["buttons"]):
            steps.append((8, rng.choice(FINISHES)))
    step = rng.choices([each for _weight, each in steps], [weight for weight, _each in steps])[0]
    for number in range(8):
        step = step.replace(str(walk.asked - dt.timedelta(days=number)), f"N-{number}")
    return step


def _on_the_night(walk, look, rng):
    options = list(look["options"])
    if "outcome" not in walk.visit.answers:
        outcomes = ("cramps", "cramps", "no_cramps", "unsure", "not_in_bed")
        return [(12, f"tap outcome={rng.choice(outcomes)}")]
    steps = [(1, "wait")]
    for weight, is_kind in KINDS:
        names = sorted({each.split("=")[0] for each in options if is_kind(each.split("=")[0])})
        if names:
            name = rng.choice(names)
            option = rng.choice([each for each in options if each.split("=")[0] == name])
            steps.append((weight * 3, f"tap {option}"))
            if name != "outcome" and look["options"][option] == "radio":
                steps.append((0.5, f"twice {rng.choice(SECONDS)} {option}"))
    if look["numbers"]:
        field = f"{rng.choice(look['numbers'])}={rng.choice(NUMBERS)}"
        steps += [(1, f"type {field}"), (1, f"enter {field}")]
    if walk.is_offline:
        return steps
    if walk.visit.answers["outcome"] == ["cramps"] and look["cramps"] < 4:
        steps.append((1, "add"))
    saves = [each for each in look["buttons"] if each["inNight"] and each["name"] == "save"]
    if saves:
        steps.append((3, f"press save={rng.choice(saves)['value']}"))
    if not walk.visit.is_new and not walk.visit.is_stale and look["canUndo"]:
        steps.append((2, "undo"))
    steps.append((1, f"leave /nights/N-{rng.randrange(3)}/"))
    return steps


def _on_now(walk, look):
    deeds = [(each["name"], each["value"]) for each in look["buttons"] if each["action"] == "/now/"]
    can_stop = hasattr(walk.hand, "pass_seconds")
    return [
        (4, f"now side {value}" if name == "side" else f"now {value}")
        for name, value in deeds
        if name in ("do", "side") and (value != "stop" or can_stop)
    ]
