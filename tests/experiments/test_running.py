"""While it runs: tonight alone, last night's question, what is covered, the early end, strangers."""

import datetime as dt
import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from episodes.models import Condition, Experiment, ExperimentNight, Night, acting_as
from episodes.web.audience import declared_audience, routes
from tests.conftest import write_night
from tests.diaries import write_nights
from tests.experiments.conftest import begin, experiments_kept, today, write_outcomes, zone_where_it_is
from tests.matrix.test_matrix import masked

ONE_DAY = dt.timedelta(days=1)


def page_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def arm_of(experiment, number):
    return experiment.schedule[number]


def seed_with(first, last_but_one=None):
    """Return a seed whose draw has these arms on night 0 (and 1)."""
    from episodes.stats.experiments.design import draw_schedule

    return next(
        seed
        for seed in range(200)
        if (drawn := draw_schedule("nightly", 112, random.Random(seed)))[0] == first
        and last_but_one in (None, drawn[1])
    )


@pytest.mark.parametrize(("arm", "words"), [(1, "Tonight <b>with</b>"), (0, "Tonight <b>without</b>")])
def test_tonights_instruction_stands_on_today_and_on_the_test(clients, ada, arm, words):
    kept = begin(ada, days_ago=0, seed=seed_with(arm))
    for path in ("/", "/experiments/", f"/experiments/{kept.pk}/"):
        page = page_of(clients.ada, path)
        assert words in page
        assert "During a cramp do whatever helps." in page


@pytest.mark.parametrize(("arm", "words"), [(1, "Last night was with"), (0, "Last night was without")])
def test_the_morning_asks_whether_the_plan_was_kept(clients, ada, arm, words):
    kept = begin(ada, days_ago=1, seed=seed_with(arm))
    write_night(ada, today(ada) - ONE_DAY)
    assert words in page_of(clients.ada, "/")

    answer = {"date": str(today(ada) - ONE_DAY), "followed": "no", "back": "today"}
    response = clients.ada.post(f"/experiments/{kept.pk}/followed/", answer)

    assert response["Location"] == "/"
    assert words not in page_of(clients.ada, "/")
    with acting_as(ada):
        first = ExperimentNight.objects.owned_by(ada).order_by("date").first()
        assert first.followed is False
        assert Night.objects.owned_by(ada).get(date=first.date).stretched_minutes is None


@pytest.mark.parametrize("back", [0, 1])
def test_an_answer_can_be_corrected_for_nights_gone_by(clients, ada, back):
    kept = begin(ada, days_ago=5)
    date = kept.started_on + dt.timedelta(days=back)
    for followed, stored in (("yes", True), ("no", False), ("unknown", None)):
        clients.ada.post(f"/experiments/{kept.pk}/followed/", {"date": str(date), "followed": followed})
        with acting_as(ada):
            assert ExperimentNight.objects.owned_by(ada).get(date=date).followed is stored


@pytest.mark.parametrize("date", ["tonight", "tomorrow", "before", "\x00", "yesterday-ish", ""])
def test_no_answer_is_taken_for_a_night_that_has_not_gone_by(clients, ada, date):
    kept = begin(ada, days_ago=5)
    known = {
        "tonight": today(ada), "tomorrow": today(ada) + ONE_DAY, "before": kept.started_on - ONE_DAY,
    }  # fmt: skip
    answer = {"date": str(known.get(date, date)), "followed": "yes"}
    assert clients.ada.post(f"/experiments/{kept.pk}/followed/", answer).status_code == 422
    with acting_as(ada):
        assert not ExperimentNight.objects.owned_by(ada).exclude(followed=None).exists()


@pytest.mark.parametrize(
    ("starts_at", "hour", "back"),
    [(12, 23, 0), (12, 1, 1), (12, 3, 1), (12, 5, 0), (18, 9, 1), (18, 11, 0), (18, 20, 0)],
)
def test_a_late_bedtime_still_sees_its_own_evening(clients, ada, starts_at, hour, back):
    ada.time_zone, ada.night_starts_at = zone_where_it_is(hour), dt.time(starts_at)
    ada.save(update_fields=["time_zone", "night_starts_at"])
    local = timezone.now().astimezone(ada.zone).date()
    assert today(ada) == local - back * ONE_DAY
    kept = begin(ada, days_ago=2)
    number = (today(ada) - kept.started_on).days
    words = "Tonight <b>with</b>" if arm_of(kept, number) else "Tonight <b>without</b>"
    assert words in page_of(clients.ada, f"/experiments/{kept.pk}/")
    shown = page_of(clients.ada, f"/experiments/{kept.pk}/")
    assert f'value="{today(ada)}"' not in shown
    assert f'value="{today(ada) - ONE_DAY}"' in shown


def test_a_start_after_midnight_begins_with_the_coming_evening(clients, ada):
    ada.time_zone = zone_where_it_is(2)
    ada.save(update_fields=["time_zone"])
    write_nights(ada, 56)
    clients.ada.post("/experiments/start/", {"remedy": "stretching", "plan": "nightly-56"})
    assert experiments_kept(ada)[0].started_on == timezone.now().astimezone(ada.zone).date()
    assert "Your test: tonight" not in page_of(clients.ada, "/")


def pages_of(patient, experiment):
    """Return every address that a patient may open, with this experiment and a night in place."""
    keys = {"trends:factor-detail": ("sitting", "activity"), "remedies:remedy-detail": ("stretching", "heat")}
    found = []
    for name, entry in routes():
        if not set(declared_audience(entry.callback, name)) & {"patient", "signed_in", "public"}:
            continue
        if name.startswith(("mfa_", "exchange:", "export-")) or name == "report:visit-pdf":
            # A new key is drawn, or the time stamped, for every look; the report itself is compared here, and
            # the files in tests/exchange/test_everything_owned.py.
            continue
        for arguments in (
            {}, {"pk": experiment.pk}, {"date": today(patient) - ONE_DAY}, {"date": today(patient)},
            *({"key": key} for key in keys.get(name, ())),
        ):  # fmt: skip
            try:
                found.append(reverse(name, kwargs=arguments))
            except NoReverseMatch:
                continue
    return [*sorted(set(found)), "/trends/?range=all", "/calendar/list/?q=a", "/experiments/?remedy=heat"]


# What differs from one request to the next: keys, the moment a page was asked for.
CHANGING = r'nonce-[\w+/=-]+|nonce="[^"]+"|name="seen" value="[\d.]+"|\b\d\d:\d\d\b|DTSTAMP:\w+|SEQUENCE:\d+'


def snapshot(client, paths):
    bodies = {}
    for path in paths:
        response = client.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = masked(body.decode(errors="replace"))
        bodies[path] = re.sub(CHANGING, "", text) + str(response.get("Location"))
    return bodies


def change_the_future(patient, experiment):
    """Turn every arm after tonight round and take another nonce; the seal stays, so that only they differ."""
    tonight = (today(patient) - experiment.started_on).days
    schedule = [
        arm if number <= tonight else 1 - arm for number, arm in enumerate(experiment.schedule)
    ]  # fmt: skip
    with acting_as(patient):
        Experiment.objects.owned_by(patient).update(schedule=schedule, nonce="another" * 9)
        for number, arm in enumerate(schedule):
            ExperimentNight.objects.owned_by(patient).filter(
                date=experiment.started_on + dt.timedelta(days=number)
            ).update(arm=arm)


def test_nothing_on_any_page_depends_on_nights_to_come(clients, ada, ben, odd):
    kept = begin(ada, days_ago=20)
    write_outcomes(ada, kept, 0.2, 0.6)
    paths = pages_of(ada, kept)
    reviewed = ["/admin/", f"/admin/patients/{ada.pk}/", f"/admin/patients/{ada.pk}/?period=all"]
    assert len(paths) > 35
    looks = (("odd", [f"/admin/episodes/user/{ada.pk}/change/"]), ("ben", reviewed), ("ada", paths))
    before = {who: snapshot(getattr(clients, who), pages) for who, pages in looks}
    assert sum("Tonight <b>with" in body for body in before["ada"].values()) >= 3

    change_the_future(ada, kept)

    # In turned order: a look of Ben's stands on Ada's pages.
    after = {who: snapshot(getattr(clients, who), pages) for who, pages in reversed(looks)}
    for who, pages in before.items():
        for path, body in pages.items():
            assert body == after[who][path], f"{who} {path}"
            assert kept.nonce not in body


def test_the_review_page_says_nothing_of_a_test(clients, ada, ben):
    kept = begin(ada, days_ago=20)
    write_outcomes(ada, kept, 0.2, 0.6)
    page = page_of(clients.ben, f"/admin/patients/{ada.pk}/")
    assert kept.hash not in page
    assert "Tonight" not in page


def use_stretch(patient, date):
    use = {"remedy": "stretch", "helped": "yes", "seconds_to_relief": None}
    other = {"remedy": "walk", "helped": "yes", "seconds_to_relief": None}
    write_night(patient, date, "cramps", episodes=[{"location": "calf", "remedies": [use, other]}])


def test_what_is_under_test_is_covered_everywhere_until_the_end(clients, ada):
    kept = begin(ada, days_ago=60)
    write_outcomes(ada, kept, 0.2, 0.6)
    for back in range(70, 80):
        use_stretch(ada, today(ada) - dt.timedelta(days=back))
    covered = "kept covered until the test ends on"

    page = page_of(clients.ada, "/trends/factors/")
    assert covered in page
    assert "habit-stretched_minutes-name" not in page
    page = page_of(clients.ada, "/trends/?range=all")
    assert covered in page
    assert '<th scope="row">stretching' not in page
    assert "walking about" in page
    page = page_of(clients.ada, "/remedies/stretching/")
    assert covered in page
    assert "After evenings with it" not in page
    assert "during a cramp." not in page
    assert covered not in page_of(clients.ada, "/remedies/heat/")

    clients.ada.post(f"/experiments/{kept.pk}/stop/")

    assert "habit-stretched_minutes-name" in page_of(clients.ada, "/trends/factors/")
    assert '<th scope="row">stretching' in page_of(clients.ada, "/trends/?range=all")
    assert "After evenings with it" in page_of(clients.ada, "/remedies/stretching/")
    for path in ("/trends/factors/", "/trends/?range=all", "/remedies/stretching/"):
        assert covered not in page_of(clients.ada, path)


def test_no_result_shows_while_it_runs(clients, ada):
    kept = begin(ada, days_ago=60)
    write_outcomes(ada, kept, 0.1, 0.8)
    page = page_of(clients.ada, f"/experiments/{kept.pk}/")
    assert "kept covered until the test ends" in page
    for words in ("Nights drawn with it", "made a difference", "Night went", "cramp on"):
        assert words not in page


def test_stopping_takes_two_steps_and_happens_once(clients, ada):
    kept = begin(ada, days_ago=10)
    assert "Stop the test?" in page_of(clients.ada, f"/experiments/{kept.pk}/stop/")
    assert experiments_kept(ada)[0].stopped_on is None

    clients.ada.post(f"/experiments/{kept.pk}/stop/")
    first = experiments_kept(ada)[0].stopped_on
    again = clients.ada.post(f"/experiments/{kept.pk}/stop/", follow=True)

    assert first == today(ada)
    assert experiments_kept(ada)[0].stopped_on == first
    assert "This test is over already." in again.content.decode()
    assert clients.ada.get(f"/experiments/{kept.pk}/stop/").status_code == 302
    assert "Tonight <b>" not in page_of(clients.ada, "/")
    assert "stopped early" in page_of(clients.ada, "/experiments/")


def test_a_test_stopped_on_its_first_evening_has_no_result_and_no_error(clients, ada):
    kept = begin(ada, days_ago=0)
    clients.ada.post(f"/experiments/{kept.pk}/stop/")
    assert "too few written nights" in page_of(clients.ada, f"/experiments/{kept.pk}/")


@pytest.mark.parametrize(
    ("remedy", "key", "words"),
    [
        ("heat", "diabetes", "Leave warmth out from now on"),
        ("warm-bath", "pregnancy", "Leave warmth out from now on"),
        ("stretching", "pregnancy", "would not be over before the due date"),
    ],
)
def test_a_danger_that_is_written_later_takes_the_instruction_away(clients, ada, remedy, key, words):
    kept = begin(ada, days_ago=3, remedy=remedy)
    with acting_as(ada):
        Condition(patient=ada, key=key).save(force_insert=True)
    for path in ("/", f"/experiments/{kept.pk}/"):
        page = page_of(clients.ada, path)
        assert words in page
        assert ("Tonight <b>with" in page) == (remedy == "stretching")
        assert f"/experiments/{kept.pk}/stop/" in page


def test_numbness_written_later_takes_the_instruction_away(clients, ada):
    begin(ada, days_ago=3, remedy="heat")
    write_night(ada, today(ada) - ONE_DAY, numbness=True)
    page = page_of(clients.ada, "/")
    assert "tell a doctor" in page
    assert "Tonight <b>" not in page


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("part", ["", "followed/", "stop/"])
def test_a_stranger_learns_nothing_and_changes_nothing(clients, ada, cleo, part, over):
    kept = begin(ada, days_ago=120 if over else 5)
    missing = "/experiments/00000000-0000-0000-0000-000000000007/" + part
    body = {"date": str(kept.started_on), "followed": "yes"}
    for method in ("get", "post"):
        foreign = getattr(clients.cleo, method)(f"/experiments/{kept.pk}/{part}", body)
        absent = getattr(clients.cleo, method)(missing, body)
        assert foreign.status_code == absent.status_code
        assert foreign.status_code in (404, 405)
        assert masked(foreign.content.decode()) == masked(absent.content.decode())
    assert experiments_kept(ada)[0].stopped_on is None
    with acting_as(ada):
        assert not ExperimentNight.objects.owned_by(ada).exclude(followed=None).exists()
    method = "post" if part == "followed/" else "get"
    assert getattr(clients.ada, method)(f"/experiments/{kept.pk}/{part}", body).status_code in (200, 302)


def test_a_deactivated_account_has_no_experiments(clients, ada):
    kept = begin(ada, days_ago=5)
    client = clients.ada
    ada.is_active = False
    ada.save(update_fields=["is_active"])
    assert client.get(f"/experiments/{kept.pk}/").status_code == 302
    assert "/account/login/" in client.get(f"/experiments/{kept.pk}/")["Location"]


def test_a_clinician_cannot_open_a_patients_test_here(clients, ada, ben):
    kept = begin(ada, days_ago=5)
    assert clients.ben.get(f"/experiments/{kept.pk}/").status_code == 404


MOST = {"/": 9, "/experiments/": 4, "detail": 5, "/trends/factors/": 6, "/remedies/stretching/": 6}


@pytest.mark.parametrize("path", MOST)
def test_pages_ask_few_questions_whatever_the_length(clients, ada, path):
    counts = set()
    clients.ada.get("/learn/")  # logging in is not the page's
    for days_ago in (20, 160):
        with acting_as(ada):
            for model in (ExperimentNight, Experiment, Night):
                model.objects.owned_by(ada).delete()
        kept = begin(ada, days_ago=days_ago, nights=168)
        write_outcomes(ada, kept, 0.2, 0.5)
        with CaptureQueriesContext(connection) as queries:
            page_of(clients.ada, path if path != "detail" else f"/experiments/{kept.pk}/")
        ours = [
            q["sql"] for q in queries if '"episodes_' in q["sql"] and 'FROM "episodes_user"' not in q["sql"]
        ]
        assert len(ours) <= MOST[path], "\n".join(ours)
        counts.add(len(ours))
    assert len(counts) == 1
