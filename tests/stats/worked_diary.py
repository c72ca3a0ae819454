"""The worked diary of docs/statistics.md#worked-numbers, made by its own arithmetic rule."""

import datetime as dt

from episodes.stats.associations.analysis_input import AMOUNT, BINARY, AnalysisInput, Factor, category

LEVELS = ("low", "moderate", "high")


def worked_rows():
    """Return (t, cramp, a, c, amt, cat) for each of the 78 nights."""
    rows = []
    for t in range(84):
        if t % 13 == 9:
            continue
        cramp = (7 * t * t + 3 * t) % 11 in (0, 4, 6) or (t % 7 == 5 and t % 3 == 0)
        a = None if t == 20 else int(5 * t % 7 < 3 or t % 9 == 4)
        rows.append(
            (t, int(cramp), a, int(t * t % 5 < 2), (3 * t + t // 7) % 6, LEVELS[(t * t + t // 4) % 3])
        )
    return rows


def worked_diary():
    rows = worked_rows()
    first = dt.date(2024, 1, 1)
    return AnalysisInput(
        dates=[first + dt.timedelta(days=row[0]) for row in rows],
        cramps=[row[1] for row in rows],
        factors={
            "a": Factor(BINARY, [row[2] for row in rows]),
            "c": Factor(BINARY, [row[3] for row in rows]),
            "amt": Factor(AMOUNT, [row[4] for row in rows]),
            "cat": Factor(category(*LEVELS), [row[5] for row in rows]),
        },
    )


def worked_csv():
    lines = ["date,cramp,episodes,a,c,amt,cat"]
    for t, cramp, a, c, amt, cat in worked_rows():
        date = dt.date(2024, 1, 1) + dt.timedelta(days=t)
        lines.append(f"{date},{cramp},{2 * cramp},{'' if a is None else a},{c},{amt},{cat}")
    return "\n".join(lines) + "\n"
