"""New warning answers: the newest first, the gravest first, falls among them, everywhere a clinician reads."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from episodes.models import Night, acting_as
from tests.conftest import grant, write_night
from tests.review.test_panel import evening, mark, names, row_of, share
from tests.review.test_review_page import url

FELL = {"outcome": "cramps", "episodes": [{"fell": True}, {"fell": False}]}
LEG = {"outcome": "cramps", "leg_warning_sign": "left"}
WEAK = {"outcome": "cramps", "weakness_after": True}
NUMB = {"outcome": "cramps", "numbness": True}


def text_of(answer):
    """Return what a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_newest_warning_stands_first_and_the_gravest_of_one_night(ben, ada):
    """Whose diary was reviewed longest ago decides nothing while a warning is new."""
    for number, (back, answers) in enumerate(
        [(9, LEG), (2, FELL), (2, WEAK), (2, NUMB), (2, LEG), (0, FELL), (1, NUMB)]
    ):
        patient = share(f"p{number}", ben, back=back, **answers)
        mark(patient, ben, timezone.now() - dt.timedelta(days=100 - 10 * number))
        with acting_as(patient):
            Night.objects.owned_by(patient).update(outcome_recorded_at=timezone.now())

    assert names(ben) == ["p5", "p6", "p4", "p2", "p3", "p1", "p0", "ada"]


def test_the_gravest_answer_counts_where_a_night_has_several(ben, ada):
    share("numb", ben, outcome="cramps", numbness=True)
    share("both", ben, outcome="cramps", numbness=True, weakness_after=True, episodes=[{"fell": True}])

    assert names(ben) == ["both", "numb", "ada"]


def test_an_older_graver_night_does_not_hide_the_newer_one(ben, ada):
    numb = share("numb", ben, back=1, **NUMB)
    write_night(numb, evening(numb, 6), **LEG)
    share("leg", ben, back=3, **LEG)
    share("weak", ben, back=1, **WEAK)

    assert names(ben) == ["weak", "numb", "leg", "ada"]


def test_a_fall_is_a_warning_on_the_list(clients, ben, ada):
    write_night(ada, evening(ada, 3), **FELL)
    write_night(
        ada, evening(ada, 4), "cramps", weakness_after=True, episodes=[{"fell": True}, {"fell": True}]
    )
    write_night(ada, evening(ada, 5), "cramps", episodes=[{"fell": False}, {}])

    row = row_of(ben)

    assert row.has_new_warning
    assert (row.falls, row.weak, row.warnings, row.last_warning) == (2, 1, 2, evening(ada, 3))
    assert names(ben, show="warnings") == ["ada"]
    said = text_of(clients.ben.get("/admin/"))
    assert "fell 2" in said
    assert "2 nights, last" in said


def test_diaries_are_sorted_by_falls_too(ben, ada):
    share("fay", ben, **FELL)
    two = share("two", ben, **NUMB)
    write_night(two, evening(two, 1), **FELL)

    assert names(ben, sort="warnings") == ["two", "fay", "ada"]


def test_a_fall_of_a_night_that_has_no_cramp_any_more_is_none(ben, ada):
    write_night(ada, evening(ada), **FELL)
    with acting_as(ada):
        Night.objects.owned_by(ada).update(outcome="unsure")

    assert not row_of(ben).has_new_warning
    assert row_of(ben).falls == 0


def test_a_fall_is_told_within_the_nights_alone(clients, ben, ada):
    grant(ada, ben, scopes=["habits", "health", "report", "notes"])
    write_night(ada, evening(ada), **FELL)

    assert (row_of(ben).has_new_warning, row_of(ben).falls) == (False, 0)
    for page in ("/admin/", url(ada)):
        assert not re.search(r"\bfell\b", text_of(clients.ben.get(page)).lower())


def test_a_fall_added_to_a_reviewed_night_is_new(clients, ben, ada):
    night = evening(ada, 5)
    write_night(ada, night, "cramps", episodes=[{"pain_0_10": 4}])
    with acting_as(ada):
        long_ago = timezone.now() - dt.timedelta(days=30)
        Night.objects.owned_by(ada).update(outcome_recorded_at=long_ago, changed_at=long_ago)
    mark(ada, ben, timezone.now() - dt.timedelta(days=1))
    assert not row_of(ben).has_new_warning

    write_night(ada, night, "cramps", episodes=[{"pain_0_10": 4, "fell": True}])

    assert row_of(ben).has_new_warning
    assert "1 night with a new warning answer" in text_of(clients.ben.get(url(ada)))


def test_a_fall_stands_on_the_review(clients, ben, ada):
    write_night(ada, evening(ada), **FELL)
    write_night(ada, evening(ada, 1), "cramps", episodes=[{}])

    answer = clients.ben.get(url(ada) + "?period=28")
    said = text_of(answer)

    banner = said[
        said.index("Warning answers, as the patient gave them") : said.index("How complete is this?")
    ]
    assert "fell" in banner
    assert "fell 1" in said[said.index("5. Warning answers, nights") :]
    table = answer.content.decode()[answer.content.decode().index('id="nights"') :]
    assert '<th scope="col">Fell</th>' in table
    assert re.findall(r'<td class="fell">([^<]*)</td>', table) == ["yes", "no", "–"]


def test_the_banner_is_newest_first_and_short(clients, ben, ada):
    for back in (1, 3, 5, 7, 9, 11, 13):
        write_night(
            ada, evening(ada, back), "cramps", numbness=True, leg_warning_sign="both", weakness_after=True
        )

    answer = clients.ben.get(url(ada) + "?period=28")
    body = answer.content.decode()
    banner = body[body.index('aria-labelledby="warnings"') : body.index('aria-labelledby="complete"')]

    shown = [line.date for line in answer.context["warnings"].nights]
    assert shown == [evening(ada, back) for back in (1, 3, 5, 7, 9)]
    assert banner.count("<li>") == 6
    assert "and 2 more nights" in banner
    assert banner.index("both legs swollen") < banner.index("weak afterwards") < banner.index("numb")


@pytest.mark.parametrize("newer", [1, 6])
def test_the_leg_sign_stands_first_on_paper(clients, ben, ada, newer):
    """However many newer nights there are, and before what is counted."""
    for back in range(newer):
        write_night(
            ada,
            evening(ada, back),
            "cramps",
            numbness=True,
            episodes=[{"fell": True, "duration_seconds": 900}],
        )
    write_night(ada, evening(ada, 9), "cramps", leg_warning_sign="right")

    body = clients.ben.get(f"/report/patients/{ada.pk}/").content.decode()
    flags = body[body.index("paper-flags") :]

    signs = [flags.index(words) for words in ("right leg swollen", "numb", "Fell:", "Over 10 minutes:")]
    assert signs == sorted(signs)
