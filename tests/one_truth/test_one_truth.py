"""One number, one definition: what every page, the API and the files say about the same nights is equal.

Diaries are made by chance, with late, unsure and unwritten nights, blanks, and cramps of every kind. The
truth is worked out here from the exported CSV files, by nothing of ours, and compared with what people
read: the text of the pages, the JSON of the API. docs/statistics.md has the definitions in a table.
"""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine

from episodes.questions.report_sections import REPORT_SECTIONS
from episodes.stats.nights import last_night
from tests.api.conftest import Program, token_for
from tests.one_truth.diary import LAST, write_diary
from tests.one_truth.files import Files
from tests.one_truth.reading import (
    Page,
    left_out,
    opened,
    said_by_api,
    said_by_cards,
    said_by_list,
    said_by_report,
    said_by_review,
)

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Europe/London"))
EVERYTHING = "&".join(f"section={section.key}" for section in REPORT_SECTIONS)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


def differences(said, truth):
    """Return what differs, one line a number."""
    return [
        f"{place}: {name} is {value}, but {truth[name]} by the file"
        for place, numbers in said.items()
        for name, value in numbers.items()
        if value != truth[name]
    ]


DIARIES = [(nights, seed) for nights in (33, 400) for seed in (1, 2, 3)]


@pytest.fixture(params=DIARIES, ids=lambda param: f"{param[0]}-nights-{param[1]}")
def files(request, clients, ada, ben):
    nights, seed = request.param
    write_diary(ada, nights, seed)
    assert last_night(NOW, ada.zone) == LAST
    return Files(clients.ada)


def test_the_last_four_weeks_are_the_same_everywhere(files, clients, ada, ben):
    review = opened(clients.ben, f"/admin/patients/{ada.pk}/?period=28")
    said = {
        "trends": said_by_cards(opened(clients.ada, "/trends/?range=4w")),
        **said_by_review(review),
        "report": said_by_report(opened(clients.ada, f"/report/?period=28&{EVERYTHING}")),
        "clinician's report": said_by_report(opened(clients.ben, f"/report/patients/{ada.pk}/?period=28")),
        "list": said_by_list(opened(clients.ben, "/admin/")),
        "api": said_by_api(Program(token_for(ada)).get("trends/").said["last_28_nights"]),
        "today": {
            "cramp nights": opened(clients.ada, "/").number(r"had a cramp on (\d+) of (\d+) nights with")
        },
    }

    assert differences(said, files.numbers(LAST - dt.timedelta(days=27), LAST)) == []


def test_the_whole_diary_is_the_same_everywhere(files, clients, ada, ben):
    said = {
        "trends": said_by_cards(opened(clients.ada, "/trends/?range=all")),
        **said_by_review(opened(clients.ben, f"/admin/patients/{ada.pk}/?period=all")),
        "api": said_by_api(Program(token_for(ada)).get("trends/").said["all_nights"]),
    }

    assert differences(said, files.numbers(files.first_written, LAST)) == []


HABIT_NAMES = {
    "warm_bath": "Warm bath",
    "acupuncture": "Acupuncture",
    "massage_at_bedtime": "Massage",
}


def counts_of(text, words="of"):
    """Return [(cramp nights, nights)] of "no: 4 of 10 · yes: 2 of 7"."""
    return [tuple(map(int, pair)) for pair in re.findall(rf"(\d+) {words} (\d+)", text)]


def test_habits_are_of_the_same_nights_everywhere(files, clients, ada, ben):
    boundary = files.boundary()
    tables, used, left, usual = files.habits(files.first_written, boundary - dt.timedelta(days=1))
    if used < 28:  # too few for any grade: the counts go on until last night
        tables, used, left, usual = files.habits(files.first_written, LAST)
    page = opened(clients.ada, "/trends/factors/")
    api = Program(token_for(ada)).get("trends/").said
    review = opened(clients.ben, f"/admin/patients/{ada.pk}/").section('section class="card" aria-labelledby="habits"')  # fmt: skip
    report = opened(clients.ada, f"/report/?period=28&{EVERYTHING}").section("section><h3>Habits of the day")

    note = Page(re.search(r'<p class="note">\d+ nights? used.*?</p>', page.markup, flags=re.S).group())
    assert note.number(r"(\d+) nights? used") == used
    assert left_out(note) == left.total()
    assert page.number(r"(\d+) of them filled in with your usual day") == usual
    assert (api["nights"], review.number(r"Of (\d+) nights"), report.number(r": (\d+) nights")) == (used,) * 3
    for name, rows in tables.items():
        card = page.section(f'section class="card chart-card" id="habit-{name}"')
        listed = Page(card.markup.partition("</dl>")[0])
        assert counts_of(listed.text.replace("cramp on", "")) == rows, name
        [habit] = [each for each in api["habits"] if each["name"] == name]
        assert [(row["cramp_nights"], row["nights"]) for row in habit["table"] if row["nights"]] == rows
        cells = review.row(HABIT_NAMES[name])
        assert counts_of(cells[1]) == [(sum(n for _, n in rows), used)]
        assert counts_of(cells[2]) == rows
        if line := report.row(HABIT_NAMES[name]):
            assert counts_of(line[1]) == rows
        if len(rows) == 1:
            assert card.has("always the same") == habit["why_not"].startswith("Every answer is the same")
        else:
            assert not card.has("always the same")
