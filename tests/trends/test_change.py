"""What was different before and after: two counts, one honest sentence, nothing about why."""

import datetime as dt

import pytest
from django.utils import timezone

from episodes.models import Condition, Medicine, Night, acting_as
from episodes.stats.nights import last_night
from tests.trends.test_factor_pages import own_words


def write_stretch(patient, before, after, **columns):
    """Write nights up to last night, 'c' for a cramp; the date of the first night of `after` comes back."""
    last = last_night(timezone.now(), patient.zone)
    letters = before + after
    rows = [
        Night(
            patient=patient, date=last - dt.timedelta(days=back), time_zone=patient.time_zone,
            outcome="cramps" if letter == "c" else "no_cramps",
            **(columns if back < len(after) else {}),
        )
        for back, letter in enumerate(reversed(letters))
    ]  # fmt: skip
    with acting_as(patient):
        Night.objects.owned_by(patient).bulk_create(rows)
    return last - dt.timedelta(days=len(after) - 1)


def words_of(client, start):
    response = client.get("/trends/change/", {"start": start.isoformat()} if start else {})
    assert response.status_code == 200
    return " ".join(own_words(response.content.decode()).split())


def test_both_sides_are_told_with_their_nights_and_what_it_cannot_tell(clients, ada):
    start = write_stretch(ada, "c-c-" * 7, "c---" * 7)
    words = words_of(clients.ada, start)
    assert "Before: cramp on 14 of 28 nights. After: 7 of 28 nights. No clear difference so far." in words
    assert "about a third within four weeks on dummy tablets" in words
    assert "4 weeks on each side" in words


def test_a_large_difference_is_called_less_often_and_not_explained(clients, ada):
    start = write_stretch(ada, "ccc-" * 7, "----" * 6 + "---c")
    words = words_of(clients.ada, start)
    assert "That is less often." in words
    assert "This cannot tell why." in words
    assert "helped" not in words


def test_too_few_nights_show_how_far_it_is(clients, ada):
    start = write_stretch(ada, "c-c-c-c-c-", "-" * 20)
    words = words_of(clients.ada, start)
    assert "Before: 7 of 14. After: 7 of 14." in words
    assert "less often" not in words


def test_a_date_outside_the_diary_says_when_it_begins(clients, ada):
    start = write_stretch(ada, "c-c-c-c-c-", "-" * 20)
    assert "Your diary begins on" in words_of(clients.ada, start - dt.timedelta(days=300))
    assert "no nights yet" in words_of(clients.cleo, start)


def test_what_changed_is_offered_named_and_never_in_the_address(clients, ada):
    start = write_stretch(ada, "c-c-" * 7, "c---" * 7, warm_bath=True)
    with acting_as(ada):
        Medicine(patient=ada, drug_class="statin", started_on=start + dt.timedelta(days=3)).save(
            force_insert=True
        )
        Condition(patient=ada, key="thyroid", started_on=dt.date(2001, 1, 1)).save(force_insert=True)
    page = clients.ada.get("/trends/change/").content.decode()
    assert page.count('href="?start=') == 2
    assert "Statin for cholesterol" in page
    assert "Thyroid disease" not in page
    assert f'href="?start={start.isoformat()}"' in page
    assert "In these weeks you also wrote down: Statin" in words_of(clients.ada, start)


@pytest.mark.parametrize("start", ["", "nonsense", "1800-01-01", "2999-01-01"])
def test_a_wrong_date_is_explained(clients, ada, start):
    response = clients.ada.get("/trends/change/", {"start": start})
    assert response.status_code == 422
    assert "Enter a valid" not in response.content.decode()


def test_somebody_elses_nights_and_facts_stay_theirs(clients, ada):
    start = write_stretch(ada, "c-c-" * 7, "c---" * 7, warm_bath=True)
    page = clients.cleo.get("/trends/change/", {"start": start.isoformat()}).content.decode()
    assert "28 nights" not in page
    assert 'href="?start=' not in page


def test_long_term_facts_are_bands_under_the_weeks(clients, ada):
    write_stretch(ada, "c-c-" * 7, "c---" * 7)
    with acting_as(ada):
        Medicine(patient=ada, drug_class="iron", started_on=dt.date(2020, 3, 1)).save(force_insert=True)
        Medicine(patient=ada, drug_class="lithium").save(force_insert=True)
    page = clients.ada.get("/trends/").content.decode()
    assert page.count('class="fact-band"') == 1
    words = " ".join(own_words(page).split())
    assert "Iron: since 1 Mar 2020" in words
    assert "Lithium: no date is known, so it is not drawn." in words
