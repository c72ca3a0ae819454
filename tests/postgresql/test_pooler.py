"""A pooler in transaction mode gives every transaction another client's connection, and nobody another's rows."""

import threading
import urllib.parse

import pytest
from django.db import DatabaseError, connection, transaction

from episodes.models import Night, acting_as
from tests.matrix.people import build
from tests.plugins.flush import owner_connection
from tests.plugins.pooler import PORT, pooler, pooler_program
from tests.plugins.postgresql import as_role
from tests.postgresql.test_row_security import query


@pytest.fixture
def through_pooler():
    """Send the suite's connection through PgBouncer, or through Django's own pool where there is none."""
    server = urllib.parse.parse_qs(urllib.parse.urlsplit(as_role("cramp_app")).query).get("host", [""])[0]
    kept = {name: connection.settings_dict[name] for name in ("HOST", "PORT", "OPTIONS")}
    connection.close()
    connection.close_pool()
    if not pooler_program() or not server:
        print(
            "not run: a pooler of its own, because pgbouncer is not installed; Django's pool of one instead"
        )
        pool = {**kept["OPTIONS"]["pool"], "min_size": 1, "max_size": 1}
        connection.settings_dict["OPTIONS"] = {**kept["OPTIONS"], "pool": pool}
        yield
    else:
        with pooler(server) as folder:
            without_host = {name: value for name, value in kept["OPTIONS"].items() if name != "host"}
            options = {**without_host, "pool": False}
            connection.settings_dict.update(HOST=str(folder), PORT=str(PORT), OPTIONS=options)
            yield
            connection.close()
    connection.close()
    connection.close_pool()
    connection.settings_dict.update(kept)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("form", "turns"), [("functions", 1000), ("arrays", 200)])
def test_changing_people_behind_a_pooler_of_one_never_see_a_foreign_row(form, turns, request):
    world = build()
    if form == "arrays":
        request.getfixturevalue("array_form")
    request.getfixturevalue("through_pooler")
    people = [world.people[name] for name in ("ada", "cleo", "eva", "finn")]
    backends, foreign, own, cancelled = set(), 0, 0, 0
    for turn in range(turns):
        person = people[turn % len(people)]
        try:
            with acting_as(person), transaction.atomic():
                owners = set(Night.rows.values_list("patient_id", flat=True))
                own += owners == {person.pk}
                foreign += bool(owners - {person.pk})
                backends.update(query("SELECT pg_backend_pid()"))
                if turn % 7 == 0:
                    raise ZeroDivisionError
                if turn % 50 == 0:  # the client cancels its own statement
                    timer = threading.Timer(0.01, connection.connection.cancel)
                    timer.start()
                    query("SELECT pg_sleep(5)")
        except ZeroDivisionError:
            pass
        except DatabaseError:
            cancelled += 1
        foreign += Night.rows.count()  # autocommit, nobody acts
        if turn % 5 == 0:
            connection.close()  # a new client
    assert (foreign, own, len(backends)) == (0, turns, 1)
    assert cancelled >= turns // 100


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["functions", "arrays"])
def test_a_withdrawal_closes_the_diary_behind_a_pooler_at_once(form, request):
    world = build()
    if form == "arrays":
        request.getfixturevalue("array_form")
    request.getfixturevalue("through_pooler")
    with acting_as(world.people["ben"]), transaction.atomic():
        assert Night.rows.count() == 1
    with owner_connection(connection) as owner:
        owner.execute("UPDATE episodes_consent SET withdrawn_at = now(), withdrawn_by = patient_id")
    with acting_as(world.people["ben"]), transaction.atomic():
        assert Night.rows.count() == 0
