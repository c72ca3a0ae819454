"""Makes the database itself refuse every audit row, for tests in transactions of their own."""

from contextlib import contextmanager

from django.db import connection

from tests.plugins.flush import owner_connection

BREAK = {
    "sqlite": [
        "CREATE TRIGGER refuse_audit BEFORE INSERT ON episodes_auditevent "
        "BEGIN SELECT RAISE(ABORT, 'the audit table is broken'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit table is broken'; END $$",
        "CREATE TRIGGER refuse_audit BEFORE INSERT ON episodes_auditevent "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit()",
    ],
}
MEND = {
    "sqlite": ["DROP TRIGGER IF EXISTS refuse_audit"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS refuse_audit ON episodes_auditevent",
        "DROP FUNCTION IF EXISTS refuse_audit()",
    ],
}


@contextmanager
def broken_audit():
    """Give a function that mends it before the end; it is mended at the end in any case."""
    _run(BREAK)
    try:
        yield lambda: _run(MEND)
    finally:
        _run(MEND)


def _run(statements):
    if connection.vendor == "postgresql":  # the owner of the tables, on another connection
        with owner_connection(connection) as owner:
            for statement in statements["postgresql"]:
                owner.execute(statement)
        return
    with connection.cursor() as cursor:
        for statement in statements["sqlite"]:
            cursor.execute(statement)
