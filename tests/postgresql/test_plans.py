"""What the planner makes of the statements of a page once the tables are full: the work grows with the diary, not faster."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from episodes.models import Night
from tests.conftest import looking_as, make_user
from tests.diaries import write_nights
from tests.plugins.flush import owner_connection

LAST = dt.date(2026, 10, 31)


@pytest.mark.django_db(transaction=True)  # the owner must see the rows to count them
def test_what_was_tried_is_found_by_its_cramp_and_not_read_anew_for_each(ada):
    for patient in [ada, *(make_user(f"patient{number}") for number in range(20))]:
        write_nights(patient, 120, last=LAST)
    with owner_connection(connection) as owner:
        owner.execute("ANALYZE episodes_night, episodes_episode, episodes_remedyuse")

    with looking_as(ada):
        with CaptureQueriesContext(connection) as asked:
            Night.objects.visible_to(ada).of(ada).as_records()
        cramps = next(query["sql"] for query in asked if 'FROM "episodes_episode"' in query["sql"])
        with connection.cursor() as cursor:
            # As with many patients: there the planner expects one row of everything and loops.
            cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_material = off")
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {cramps}")
            plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "remedy_use_by_episode" in plan, plan
    assert "Removed by Join Filter" not in plan, plan
