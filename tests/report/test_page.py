"""The visit report on the page: what stands on it, what stays off it, and its honesty."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from episodes.models import AuditEvent, Condition, CustomHabit, Medicine, ReviewMark, VisitQuestion, acting_as
from episodes.questions.report_sections import REPORT_SECTIONS
from episodes.stats.nights import last_night
from tests.conftest import write_night
from tests.diaries import write_nights

EVERYTHING = [section.key for section in REPORT_SECTIONS]


def text_of(page):
    """Return what a person reads: without tags, spaces folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" :", ":")


def paper_of(response):
    """Return the paper alone, without the choices around it."""
    page = response.content.decode()
    return page[page.index('<article class="paper"') : page.rindex("</article>")]


def report(client, *sections, period="28", **more):
    query = {"period": period, "section": list(sections), **more}
    response = client.get("/report/", query)
    assert response.status_code == 200
    return paper_of(response)


@pytest.fixture
def last(ada):
    return last_night(timezone.now(), ada.zone)


@pytest.fixture
def diary(ada, last):
    """Four nights of a kind each, and facts of every section, marked."""

    def cramp(side):
        return {
            "location": "calf", "side": side, "part_of_night": "3_6", "duration_band": "10_30", "pain_0_10": 7,
            "woke_me": True, "remedies": [{"remedy": "stretch", "helped": "some", "seconds_to_relief": None}],
        }  # fmt: skip

    with acting_as(ada):
        CustomHabit(patient=ada, key="h1", label="canary-own", kind="yes_no").save(force_insert=True)
    for back in range(3):
        write_night(
            ada, last - dt.timedelta(days=back), "cramps", episodes=[cramp("left")], alcohol_drinks=3,
            sitting_hours=8, soreness_next_day_0_10=4, restless_legs="yes", urge_to_move="yes",
            custom_answers={"h1": True}, leg_warning_sign="left" if back == 1 else None,
        )  # fmt: skip
    write_night(ada, last - dt.timedelta(days=3), "no_cramps", alcohol_drinks=1, custom_answers={"h1": False})
    write_night(ada, last - dt.timedelta(days=4), "unsure")
    with acting_as(ada):
        VisitQuestion(patient=ada, text="canary-question", asked_on=last).save(force_insert=True)
        Medicine(patient=ada, drug_class="statin", name="canary-medicine").save(force_insert=True)
        Condition(patient=ada, key="thyroid").save(force_insert=True)
    return ada


# What each part puts on the paper, and nothing else does.
MARKS = {
    "questions": "canary-question",
    "flags": "left leg swollen, red or hot",
    "nights": "Cramp on 3 of 4 nights",
    "cramps": "middle 7, worst 7",
    "sleep": "Woken by the cramp",
    "places": "left calf: 3",
    "relief": "What eased the cramps",
    "restless": "I had to move my legs",
    "habits": "Sitting",
    "own_habits": "canary-own",
    "alcohol": "Alcohol",
    "health": "canary-medicine",
    "table": "Every night since",
}


@pytest.mark.parametrize("chosen", EVERYTHING)
def test_a_part_stands_on_the_paper_only_when_it_was_chosen(clients, diary, chosen):
    text = text_of(report(clients.ada, chosen))

    assert MARKS[chosen] in text
    assert [key for key, mark in MARKS.items() if mark in text] == [chosen]


def test_without_a_choice_alcohol_and_illnesses_stay_off(clients, diary):
    text = text_of(paper_of(clients.ada.get("/report/")))

    off = [key for key, mark in MARKS.items() if mark not in text]
    assert off == ["alcohol", "health", "table"]


def test_nothing_chosen_leaves_how_complete_it_is(clients, diary):
    text = text_of(report(clients.ada))

    assert "5 of 28 nights written" in text
    assert not [mark for mark in MARKS.values() if mark in text]


def test_alcohol_is_not_even_read_when_it_was_not_chosen(clients, diary):
    with CaptureQueriesContext(connection) as queries:
        report(clients.ada, "habits", "nights")
        without = [query["sql"] for query in queries]
        report(clients.ada, "alcohol")
    everything = [query["sql"] for query in queries]

    assert not [sql for sql in without if "alcohol_drinks" in sql]
    assert [sql for sql in everything if "alcohol_drinks" in sql]


@pytest.mark.parametrize("chosen", ["alcohol", "own_habits", "nights"])
def test_how_habits_were_answered_is_not_told_without_them(clients, ada, chosen):
    write_nights(ada, 20)

    assert "usual day" in text_of(report(clients.ada, "habits"))
    assert "usual day" not in text_of(report(clients.ada, chosen))


def test_every_number_has_its_denominator(clients, diary):
    text = text_of(report(clients.ada, *EVERYTHING))

    assert "5 of 28 nights written" in text
    assert "4 with a clear yes or no, 1 not sure" in text
    assert "Over 10 minutes: 3 of 3 cramps" in text
    assert "Sore the day after 3 of 3 cramp nights" in text
    assert "Only 4 nights have a clear answer" in text
    assert "too few nights to compare" in text
    assert "%" not in text


def test_a_night_that_was_not_written_is_hatched_and_never_quiet(clients, ada, last):
    write_night(ada, last, "no_cramps")

    paper = report(clients.ada, "nights")

    rings = re.search(r'<path d="([^"]*)" fill="#fff"', paper).group(1).count("a")
    assert rings - 27 * 4 == 2  # 27 rounded boxes have four arcs each, the one ring has two
    assert "Cramp on 0 of 1 nights" in text_of(paper)


def test_the_left_leg_stands_on_the_left_and_says_so(clients, ada, last):
    for back in range(3):
        write_night(
            ada, last - dt.timedelta(days=back), "cramps", episodes=[{"side": "left", "location": "calf"}]
        )

    paper = report(clients.ada, "places")

    drawing = paper[paper.index("<svg") : paper.index("</svg>")]
    words = {word: [] for word in ("left", "right")}
    for x, word in re.findall(r'<text x="([\d.]+)"[^>]*>(left|right)</text>', drawing):
        words[word].append(float(x))
    [count] = [float(x) for x, n in re.findall(r'<text x="([\d.]+)"[^>]*>(\d)</text>', drawing) if n == "3"]
    assert words["left"][0] < words["right"][0] < words["left"][1] < words["right"][1]
    assert abs(count - words["left"][0]) < abs(count - words["right"][0])
    assert "Left leg 3, right leg 0 of 3." in text_of(paper)
    assert "Left is the patient’s left in both views" in paper


def test_the_paper_is_black_white_and_grey(clients, diary):
    paper = report(clients.ada, *EVERYTHING)
    colours = set(re.findall(r'(?:fill|stroke)="(#\w+)"', paper))
    with open("static/css/report.css") as file:
        rules = file.read()
    colours |= set(re.findall(r"#[0-9a-f]{3,6}\b", rules.partition("@media screen")[0]))

    grey = re.compile(r"#([0-9a-f])\1\1$")
    assert [colour for colour in colours if not grey.match(colour)] == []
    assert "#000" in colours
    assert "var(" not in rules.partition("@media screen")[0]


def test_each_kind_of_night_has_a_shape_of_its_own(clients, diary, last):
    write_night(diary, last - dt.timedelta(days=5), "not_in_bed")

    paper = report(clients.ada, "nights")

    texts = re.findall(r'text-anchor="middle">([^<]+)</text>', paper)
    assert texts.count("1") == 3  # cramps
    assert texts.count("?") == 1
    assert texts.count("–") == 1
    assert 'stroke-width="0.7"' in paper  # hatching


def test_four_weeks_stand_beside_the_four_before(clients, ada, last):
    write_nights(ada, 56)

    text = text_of(report(clients.ada, "nights"))

    assert re.search(r"Cramp on 8 of 20 nights ; the same time before, from \d+ \w+ \d+: 8 of 20", text)


@pytest.mark.parametrize(("period", "nights"), [("14", 14), ("28", 28)])
def test_the_period_is_the_nights_up_to_last_night(clients, ada, last, period, nights):
    text = text_of(report(clients.ada, "nights", period=period))

    assert f"({nights} nights)" in text
    assert f"to {last.day} {last:%B} {last.year}" in text


def test_since_the_last_visit_means_the_day_that_was_typed(clients, ada, last):
    since = last - dt.timedelta(days=9)

    text = text_of(report(clients.ada, "nights", period="visit", since=since.isoformat()))

    assert "(10 nights)" in text


def test_the_last_visit_is_known_from_the_clinicians_own_mark(clients, ada, ben, last):
    with acting_as(ben):
        ReviewMark(patient=ada, clinician=ben, at=timezone.now() - dt.timedelta(days=7)).save(
            force_insert=True
        )

    text = text_of(report(clients.ada, "nights", period="visit"))

    assert re.search(r"\((6|7) nights\)", text)


def test_a_visit_years_ago_gives_a_year_of_nights(clients, ada):
    assert "(364 nights)" in text_of(report(clients.ada, "nights", period="visit", since="2001-01-01"))


@pytest.mark.parametrize(
    "query",
    ["period=visit", "period=visit&since=2999-01-01", "period=visit&since=soon", "period=99", "section=nothing",
     "period=visit&since=0001-01-01x"],
)  # fmt: skip
def test_a_wrong_choice_says_what_to_do_and_shows_the_usual_report(clients, ada, query):
    response = clients.ada.get(f"/report/?{query}")

    assert response.status_code == 422
    assert "(28 nights)" in text_of(paper_of(response))
    assert clients.ada.get(f"/report/visit.pdf?{query}").status_code == 422


def test_a_long_question_goes_on_over_the_page(clients, ada, last):
    with acting_as(ada):
        VisitQuestion(patient=ada, text="Why? " * 100 + "the end", asked_on=last).save(force_insert=True)

    paper = report(clients.ada, "questions")

    first, _, more = paper.partition("paper-more")
    assert "the end" not in first
    assert "In full on the next page." in first
    assert "the end" in more


def test_a_report_of_an_empty_diary_says_that_nothing_is_known(clients, ada):
    text = text_of(report(clients.ada, *EVERYTHING))

    assert "0 of 28 nights written" in text
    assert "Cramp on 0 of 0 nights" in text
    assert "No such answer in this time. That does not mean that nothing is wrong." in text


def test_what_a_patient_typed_is_never_markup(clients, ada, last):
    with acting_as(ada):
        VisitQuestion(patient=ada, text="<script>x</script><img src=//a>", asked_on=last).save(
            force_insert=True
        )

    paper = report(clients.ada, "questions")

    assert "<script>x" not in paper
    assert "<img" not in paper
    assert "&lt;script&gt;" in paper


def test_looking_at_ones_own_report_leaves_no_trace_and_few_questions(clients, diary):
    clients.ada.get("/report/")
    with CaptureQueriesContext(connection) as queries:
        clients.ada.get("/report/", {"period": "28", "section": EVERYTHING})

    ours = [q["sql"] for q in queries if '"episodes_' in q["sql"] and 'FROM "episodes_user"' not in q["sql"]]
    assert len(ours) <= 9, "\n".join(ours)
    with acting_as(diary):
        assert not AuditEvent.objects.owned_by(diary).exists()


def test_a_longer_diary_asks_no_more_questions(clients, ada):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            clients.ada.get("/report/", {"period": "28", "section": EVERYTHING})
        return len(queries)

    write_nights(ada, 30)
    asked()
    few = asked()
    write_nights(ada, 300, last=last_night(timezone.now(), ada.zone) - dt.timedelta(days=30))

    assert asked() == few


def test_the_page_never_speaks_of_causes(clients, ada):
    write_nights(ada, 200)

    text = text_of(report(clients.ada, *EVERYTHING)).lower()

    for word in (
        "cause",
        "trigger",
        "should",
        "prevent",
        "proven",
        "significant",
        "claim",
        "factor",
        "grade",
    ):
        assert word not in text, word
