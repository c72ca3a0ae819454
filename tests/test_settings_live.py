"""What the database connection really does, asked of the connection itself."""

import os

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.plugins.legs import DATABASE_OF_LEG

ON_SQLITE = DATABASE_OF_LEG[os.environ["LEG"]] == "sqlite"


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_this_leg_runs_on_the_database_in_its_name():
    assert connection.vendor == DATABASE_OF_LEG[os.environ["LEG"]]


def test_a_database_setting_other_than_ours_is_not_in_use():
    engines = {"sqlite": "crampdiary.sqlite", "postgresql": "crampdiary.postgresql"}

    assert settings.DATABASES["default"]["ENGINE"] == engines[connection.vendor]


if ON_SQLITE:

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("pragma", "expected"),
        [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
    )
    def test_sqlite_pragma_is_live(pragma, expected):
        assert ask(f"PRAGMA {pragma}") == expected

    def test_deleted_words_are_overwritten_also_where_sqlite_was_built_without_that():
        assert "secure_delete=ON" in connection.settings_dict["OPTIONS"]["init_command"]

    @pytest.mark.django_db
    def test_sqlite_waits_ten_seconds_or_more_for_another_writer():
        assert ask("PRAGMA busy_timeout") >= 10_000

    @pytest.mark.django_db(transaction=True)
    def test_sqlite_transaction_takes_the_write_lock_when_it_begins():
        import sqlite3

        other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
        try:
            with transaction.atomic():
                ask("SELECT 1")
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
        finally:
            other.close()

    @pytest.mark.django_db
    def test_sqlite_file_is_readable_by_its_owner_alone():
        mode = os.stat(connection.settings_dict["NAME"]).st_mode

        assert mode & 0o077 == 0

    def test_sqlite_connections_stay_open_so_that_a_full_disk_can_be_read():
        assert settings.DATABASES["default"]["CONN_MAX_AGE"] is None

else:

    @pytest.mark.django_db(transaction=True)
    def test_postgresql_lets_nobody_wait_for_ever():
        """In a transaction, and outside of one, where a session is read."""
        assert (ask("SHOW lock_timeout"), ask("SHOW statement_timeout")) == ("8s", "30s")
        with transaction.atomic():
            assert (ask("SHOW lock_timeout"), ask("SHOW statement_timeout")) == ("8s", "30s")

    @pytest.mark.django_db(transaction=True)
    def test_a_transaction_has_its_limits_also_on_a_connection_that_nobody_configured():
        """As a pooler in transaction mode hands it out."""
        ask("SELECT set_config('lock_timeout', '0', false)")
        with transaction.atomic():
            assert ask("SHOW lock_timeout") == "8s"

    @pytest.mark.django_db
    def test_postgresql_connections_are_looked_at_before_they_are_used():
        assert connection.settings_dict["CONN_HEALTH_CHECKS"] is True
        assert connection.pool.reconnect_timeout < connection.pool.timeout

    @pytest.mark.django_db
    def test_postgresql_connections_come_from_the_pool():
        from psycopg_pool import ConnectionPool

        assert isinstance(connection.pool, ConnectionPool)

    @pytest.mark.django_db
    def test_postgresql_checks_foreign_keys():
        assert ask("SHOW session_replication_role") == "origin"

    @pytest.mark.django_db
    def test_postgresql_stores_times_in_utc():
        assert ask("SHOW timezone") == "UTC"


def test_requests_are_not_one_transaction_each():
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False
