"""Two legs from the back and two from the front, as regions that can be coloured or tapped.

Left is always your left, as in a mirror, in both views. Trends and the clinician's review colour the
regions; the night entry makes a button of each. One left leg is drawn here by hand, in a frame of its
own; the right leg is its mirror image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from episodes.charts.marks import WIDTH, Label, number
from episodes.charts.words import gettext_noop

HEIGHT = 292
VIEW_BOX = f"0 0 {WIDTH} {HEIGHT}"

LEG_WIDTH = 62
LEGS_TOP = 46
BACK_LEFT, BACK_RIGHT = 4, 74
FRONT_LEFT, FRONT_RIGHT = 160, 230

#: Absolute commands M, C, L and Z alone, so that a path can be moved and mirrored point by point.
_THIGH = (
    "M9 2 L53 2 C57 2 59 5 59 9 C59 40 55 66 50 88 C49 92 47 93 44 93 L20 93 C16 93 14 92 13 88 "
    "C8 66 3 40 3 9 C3 5 5 2 9 2 Z"
)
_CALF = (
    "M20 99 L44 99 C47 99 49 101 50 104 C56 121 55 138 48 154 C45 162 43 168 43 174 C43 178 41 "
    "180 38 180 L26 180 C23 180 21 178 21 174 C21 167 18 158 15 150 C8 134 8 119 13 104 C14 101 "
    "16 99 20 99 Z"
)
_SHIN = (
    "M20 99 L44 99 C47 99 49 101 49 104 C53 121 51 138 46 154 C44 162 42 168 42 174 C42 178 40 "
    "180 37 180 L27 180 C24 180 22 178 22 174 C22 167 19 158 17 150 C12 134 11 119 14 104 C15 "
    "101 17 99 20 99 Z"
)
_HEEL = (
    "M26 186 L38 186 C41 186 43 188 44 191 C46 200 51 206 51 213 C51 219 46 222 40 222 L24 222 "
    "C18 222 13 219 13 213 C13 206 18 200 20 191 C21 188 23 186 26 186 Z"
)
_INSTEP = (
    "M27 186 L37 186 C40 186 42 188 43 191 C45 198 50 202 52 207 C53 210 51 212 48 212 L17 209 "
    "C13 208 11 206 13 203 C16 199 19 197 21 191 C22 188 24 186 27 186 Z"
)
#: Centre and radius of each toe, the big one on the inner side.
_TOES = ((45.5, 220.0, 6.2), (34.8, 219.2, 4.4), (26.2, 217.6, 4.1), (18.4, 215.2, 3.8), (11.6, 211.8, 3.4))


@dataclass(frozen=True)
class Region:
    """One part of one leg in one view.

    key: "left-calf". d: path in the map's viewBox. label_x, label_y: middle of its number.
    box: x, y, width, height of the area to tap. is_repeat: a second view of a region (the top of the
    foot), coloured with it but without a number or a button of its own.
    """

    key: str
    side: str
    location: str
    view: str
    d: str
    label_x: float
    label_y: float
    box: tuple[float, float, float, float]
    is_repeat: bool = False


@dataclass(frozen=True)
class LegPart:
    """A region with its cramps. shade: 0 none, 1 few, 2 some, 3 most, in thirds of the largest count."""

    region: Region
    count: int
    shade: int


def leg_parts(counts: Mapping[tuple[str, str], int]) -> tuple[LegPart, ...]:
    """Return all regions with counts by (side, location); places without a region are not drawn."""
    largest = max((number for number in counts.values()), default=0)
    return tuple(
        LegPart(region, count, -(-3 * count // largest) if largest else 0)
        for region in REGIONS
        for count in [counts.get((region.side, region.location), 0)]
    )


def _toe(x: float, y: float, radius: float) -> str:
    k = radius * 0.5523
    r = radius
    return (
        f"M{x - r} {y} C{x - r} {y - k} {x - k} {y - r} {x} {y - r} "
        f"C{x + k} {y - r} {x + r} {y - k} {x + r} {y} "
        f"C{x + r} {y + k} {x + k} {y + r} {x} {y + r} C{x - k} {y + r} {x - r} {y + k} {x - r} {y} Z"
    )


def _placed(path: str, left: float, *, mirrored: bool) -> str:
    """Return a path of the leg's own frame at its place in the map."""
    result = []
    is_x = True
    for token in path.replace("M", "M ").replace("C", "C ").replace("L", "L ").split():
        if token.isalpha():
            result.append(token)
            continue
        value = float(token)
        if is_x:
            value = left + (LEG_WIDTH - value if mirrored else value)
        else:
            value += LEGS_TOP
        result.append(number(value))
        is_x = not is_x
    return " ".join(result)


_BACK = (
    ("hamstring", _THIGH, (31.0, 48.0), (0.0, 0.0, 62.0, 96.0), False),
    ("calf", _CALF, (32.0, 132.0), (0.0, 96.0, 62.0, 87.0), False),
    ("foot", _HEEL, (32.0, 205.0), (0.0, 183.0, 62.0, 46.0), False),
)
_FRONT = (
    ("thigh_front", _THIGH, (31.0, 48.0), (0.0, 0.0, 62.0, 96.0), False),
    ("shin", _SHIN, (32.0, 134.0), (0.0, 96.0, 62.0, 87.0), False),
    ("foot", _INSTEP, (32.0, 199.0), (0.0, 183.0, 62.0, 29.0), True),
    ("toes", " ".join(_toe(*toe) for toe in _TOES), (31.0, 237.0), (0.0, 203.0, 62.0, 44.0), False),
)


def _regions() -> tuple[Region, ...]:
    regions = []
    for view, parts, lefts in (
        ("back", _BACK, (BACK_LEFT, BACK_RIGHT)),
        ("front", _FRONT, (FRONT_LEFT, FRONT_RIGHT)),
    ):
        for side, left in zip(("left", "right"), lefts, strict=True):
            mirrored = side == "right"
            for location, path, (label_x, label_y), (x, y, width, height), is_repeat in parts:
                regions.append(
                    Region(
                        key=f"{side}-{location}",
                        side=side,
                        location=location,
                        view=view,
                        d=_placed(path, left, mirrored=mirrored),
                        label_x=left + (LEG_WIDTH - label_x if mirrored else label_x),
                        label_y=LEGS_TOP + label_y,
                        box=(left + x, LEGS_TOP + y, width, height),
                        is_repeat=is_repeat,
                    )
                )
    return tuple(regions)


REGIONS = _regions()

#: Headings of the map, to be translated.
HEADINGS = (
    Label((BACK_LEFT + BACK_RIGHT + LEG_WIDTH) / 2, 15, gettext_noop("Back"), "axis-title", is_word=True),
    Label((FRONT_LEFT + FRONT_RIGHT + LEG_WIDTH) / 2, 15, gettext_noop("Front"), "axis-title", is_word=True),
    *(
        Label(left + LEG_WIDTH / 2, 36, side, is_word=True)
        for left, side in (
            (BACK_LEFT, gettext_noop("left")),
            (BACK_RIGHT, gettext_noop("right")),
            (FRONT_LEFT, gettext_noop("left")),
            (FRONT_RIGHT, gettext_noop("right")),
        )
    ),
)
