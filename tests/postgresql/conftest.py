"""Row security is PostgreSQL's alone: on the other leg these tests do not exist."""

import os

import pytest
from django.db import connection

from episodes.operations.distribution import health_tables, policy_steps
from tests.matrix.people import build
from tests.plugins.flush import owner_connection

if os.environ["LEG"] != "postgresql":
    collect_ignore_glob = ["test_*.py"]

POLICIES = (
    "SELECT polrelid::regclass::text, polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) "
    "FROM pg_policy WHERE polrelid = ANY (%s::regclass[]) ORDER BY 1, 2"
)


@pytest.fixture
def world(db):
    return build()


@pytest.fixture
def array_form(django_db_setup, django_db_blocker):
    """Swap the policies of the test database as `distribute` does, and back afterwards."""
    with django_db_blocker.unblock():
        connection.close()
        with owner_connection(connection) as owner, owner.cursor() as cursor:
            before = cursor.execute(POLICIES, [health_tables()]).fetchall()
            steps = policy_steps(cursor)
            for step in steps:
                cursor.execute(step.sql)
            assert steps
            assert policy_steps(cursor) == []
        yield
        connection.close()
        with owner_connection(connection) as owner:
            for table, name, using, check in before:
                parts = [f"USING ({using})" if using else "", f"WITH CHECK ({check})" if check else ""]
                owner.execute(f"ALTER POLICY {name} ON {table} {' '.join(parts)}")
        connection.close()
