"""The alphabet of every drawing: marks for nights, shapes, labels, and the drawing that holds them.

Coordinates are in units of the viewBox; a drawing is 296 wide, the inside of a card on a 360 px phone,
so that one unit is about one pixel there and text stays readable. Nothing here knows HTML: a template
prints the shapes. Marks of one kind become one path, so that ten years need no more nodes than a month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 296
TEXT = 16
HATCH = "url(#hatch)"

CRAMP, QUIET, UNSURE, AWAY, UNWRITTEN = "cramp", "quiet", "unsure", "away", "unwritten"
KINDS = (CRAMP, QUIET, UNSURE, AWAY, UNWRITTEN)


@dataclass(frozen=True, slots=True)
class Mark:
    """One night, or a block of equal nights, as a box with the sign of its kind."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One path with its CSS class; fill only where a pattern is needed."""

    css_class: str
    d: str
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Text in a drawing: a number as it stands, a word to be translated, or a date to be formatted.

    x, y: kept to a tenth, as they are printed.
    """

    x: float
    y: float
    text: str = ""
    css_class: str = "axis-label"
    anchor: str = "middle"
    is_word: bool = False
    date: dt.date | None = None
    date_format: str = "j M"

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", round(self.x, 1))
        object.__setattr__(self, "y", round(self.y, 1))


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that one inline SVG shows, in painting order."""

    height: int
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]
    width: int = WIDTH


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, as short as it can be written."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def box(x: float, y: float, width: float, height: float, radius: float = 0) -> str:
    """Return the path of a box with rounded corners; the radius never exceeds half a side."""
    r = min(radius, width / 2, height / 2)
    if r <= 0:
        return f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"
    across, down, c = number(width - 2 * r), number(height - 2 * r), number(r)
    arc = f"a{c} {c} 0 0 1"
    return (
        f"M{number(x + r)} {number(y)}h{across}{arc} {c} {c}v{down}{arc} -{c} {c}"
        f"h-{across}{arc} -{c} -{c}v-{down}{arc} {c} -{c}z"
    )


def column(x: float, y: float, width: float, height: float, radius: float = 4) -> str:
    """Return the path of a column: rounded at the top, flat on its base line."""
    r = min(radius, width / 2, height)
    side, c = number(height - r), number(r)
    return (
        f"M{number(x)} {number(y + height)}v-{side}a{c} {c} 0 0 1 {c} -{c}"
        f"h{number(width - 2 * r)}a{c} {c} 0 0 1 {c} {c}v{side}z"
    )


def ring(x: float, y: float, radius: float) -> str:
    """Return the path of a circle around a centre."""
    r, across = number(radius), number(2 * radius)
    return f"M{number(x - radius)} {number(y)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0z"


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"


def dots(points: Sequence[tuple[float, float]]) -> str:
    """Return many dots as one path of zero-length strokes; the round line end draws each dot."""
    return "".join(f"M{number(x)} {number(y)}h0" for x, y in points)


def shapes_of(marks: Sequence[Mark]) -> tuple[Shape, ...]:
    """Return the shapes of night marks: for each kind one path of boxes and one of signs.

    Each kind has a sign of its own (full box, ring, question mark, dash, hatching), so that no
    meaning rests on colour.
    """
    shapes: list[Shape] = []
    for kind in KINDS:
        same = [mark for mark in marks if mark.kind == kind]
        if not same:
            continue
        boxes = "".join(box(m.x, m.y, m.width, m.height, min(4, m.width / 3)) for m in same)
        shapes.append(Shape(f"mark-{kind}", boxes, HATCH if kind == UNWRITTEN else ""))
        if signs := "".join(_sign(mark) for mark in same):
            shapes.append(Shape(f"mark-sign mark-{kind}-sign", signs))
    return tuple(shapes)


def _sign(mark: Mark) -> str:
    x, y = mark.x + mark.width / 2, mark.y + mark.height / 2
    size = min(mark.width, mark.height)
    if mark.kind == QUIET:
        return ring(x, y, size * 0.25)
    if mark.kind == AWAY:
        return line(x - size * 0.25, y, x + size * 0.25, y)
    if mark.kind == UNSURE:
        # A question mark: the hook, the stem and, with a round line end, the dot.
        s = size * 0.2
        r = number(s)
        return (
            f"M{number(x - s)} {number(y - 0.7 * s)}a{r} {r} 0 1 1 {number(1.5 * s)} {number(0.85 * s)}"
            f"q{number(-s / 2)} {number(0.3 * s)} {number(-s / 2)} {r}M{number(x)} {number(y + 2 * s)}h0"
        )
    return ""
