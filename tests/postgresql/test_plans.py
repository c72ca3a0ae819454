"""What the planner makes of the statements of a page once the tables are full: the work grows with the diary, not faster."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from episodes.models import Night
from episodes.review.panel import PanelChoice, panel_page
from tests.conftest import grant, looking_as, make_user
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sort", ["", "cramps", "long"])
def test_a_list_of_diaries_does_not_go_through_all_patients_for_each(ben, sort):
    for number in range(20):
        patient = make_user(f"patient{number}")
        grant(patient, ben)
        write_nights(patient, 60, last=LAST)
    with owner_connection(connection) as owner:
        owner.execute("ANALYZE")

    with looking_as(ben):
        with CaptureQueriesContext(connection) as asked:
            assert (
                len(panel_page(choice=PanelChoice(sort), last=LAST, now=timezone.now(), by=ben)) == 21
            )  # and ada
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            for query in asked:
                if 'FROM "episodes_' not in query["sql"]:
                    continue
                cursor.execute(f"EXPLAIN {query['sql'].replace('%', '%%')}")
                plan = [line for (line,) in cursor.fetchall()]
                # A list of the policy in an index condition is sorted once for each patient.
                assert [line for line in plan if "Index Cond" in line and "ANY ($" in line] == []
                # Each table of a diary is entered by its patients, not read whole.
                nights = [number for number, line in enumerate(plan) if " on episodes_night" in line]
                assert nights or "episodes_night" not in query["sql"]
                for number in nights:
                    assert "patient_id = " in plan[number + 1], plan[number + 1]
