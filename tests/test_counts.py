"""Statements and bytes of each page: exact, so they are asserted; none grows with the diary."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from episodes.stats.nights import last_night
from tests.diaries import set_usual_day, write_nights

# Statements on our own tables, without session, user and transaction control.
MOST = {
    "/": 6,
    "/nights/{date}/": 5,
    "/calendar/": 5,
    "/calendar/list/": 5,
    "/trends/?range=all": 6,
    "/remedies/": 3,
    "/remedies/heat/": 7,
    "/trends/change/?start={date}": 5,
    "/learn/": 0,
}


def statements(client, path):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    ours = [
        query["sql"]
        for query in queries
        if '"episodes_' in query["sql"] and 'FROM "episodes_user"' not in query["sql"]
    ]
    return response, ours


@pytest.mark.parametrize("path", MOST)
def test_a_page_asks_the_database_few_questions_however_long_the_diary(clients, ada, path):
    date = last_night(timezone.now(), ada.zone)
    set_usual_day(ada, activity=1)
    write_nights(ada, 30)
    _page, few = statements(clients.ada, path.format(date=date))
    from episodes.models import Episode, Night, RemedyUse, acting_as

    with acting_as(ada):
        for model in (RemedyUse, Episode, Night):
            model.objects.owned_by(ada).delete()
    write_nights(ada, 3650)

    _page, many = statements(clients.ada, path.format(date=date))

    assert len(many) <= MOST[path], "\n".join(many)
    assert len(many) == len(few)


def test_the_night_form_stays_small(clients, ada):
    date = last_night(timezone.now(), ada.zone)
    set_usual_day(ada, activity=1)
    page = clients.ada.get(f"/nights/{date}/").content
    assert len(gzip.compress(page, 6)) <= 8 * 1024


def test_the_clinicians_list_asks_at_most_eight_questions(clients, ada, ben):
    write_nights(ada, 60)
    _page, asked = statements(clients.ben, "/admin/")
    assert len(asked) <= 8, "\n".join(asked)
