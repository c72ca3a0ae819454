"""Cost against total rows as one SVG file: a line per order of the rows, rows on a scale of powers of ten."""

from __future__ import annotations

import math
from html import escape

from episodes.charts.marks import line, number, ring

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 340, 48, 40, 210, 44
STROKES = ("#b45309", "#0f5ea8", "#15803d")
DASHES = ("7 4", "none", "2 4")  # told apart without colour


def cost_svg(points: dict[str, list[tuple[int, float]]], title: str) -> str:
    """Return the file. points: by line, (total rows, milliseconds) from few rows to many."""
    every = [point for line_points in points.values() for point in line_points]
    low, high = math.log10(min(rows for rows, _ms in every)), math.log10(max(rows for rows, _ms in every))
    span = max(high - low, 0.1)
    top = max(ms for _rows, ms in every) * 1.1

    def x(rows: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(rows) - low) / span

    def y(ms: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ms / top

    base = HEIGHT - BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><text x="{LEFT}" y="22">{escape(title)}</text>',
        f'<path d="{line(LEFT, base, WIDTH - RIGHT, base)}" stroke="#555"/>',
    ]
    step = 10 ** math.floor(math.log10(top / 2)) if top > 0 else 1
    step = next(step * many for many in (1, 2, 5, 10) if top / (step * many) <= 6)
    for tick in range(int(top / step) + 1):
        at = y(tick * step)
        parts.append(f'<path d="{line(LEFT, at, WIDTH - RIGHT, at)}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{number(at + 4)}" text-anchor="end">{tick * step:g}</text>')
    for rows in sorted({rows for rows, _ms in every}):
        words = f"{rows / 1e6:.1f} M" if rows >= 1e6 else f"{rows / 1000:.0f} k"
        parts.append(f'<text x="{number(x(rows))}" y="{base + 20}" text-anchor="middle">{words}</text>')
    for (name, line_points), stroke, dash in zip(points.items(), STROKES, DASHES, strict=False):
        path = "L".join(f"{number(x(rows))} {number(y(ms))}" for rows, ms in line_points)
        parts.append(
            f'<path d="M{path}" fill="none" stroke="{stroke}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        parts += [f'<path d="{ring(x(rows), y(ms), 4)}" fill="{stroke}"/>' for rows, ms in line_points]
        rows, ms = line_points[-1]
        parts.append(f'<text x="{number(x(rows) + 10)}" y="{number(y(ms) + 4)}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
