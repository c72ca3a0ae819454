"""PostgreSQL that knows, in every transaction, for whom it works, and refuses to work as anybody mightier.

The actor is set with SET LOCAL, so it ends with the transaction: safe with Django's pool and
behind a pooler in transaction mode. `set_config()` would not reach the nodes of a distributed
PostgreSQL; SET LOCAL does.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

# Row security does not bind a superuser or BYPASSRLS, and an owner could take it off.
TOO_MIGHTY = """
    SELECT current_user FROM pg_roles AS role WHERE rolname = current_user AND (
        rolsuper OR rolbypassrls OR EXISTS (
            SELECT FROM pg_class WHERE oid = to_regclass('episodes_night')
            AND pg_has_role(current_user, relowner, 'MEMBER')
        )
    )
"""


# Nobody waits for ever: a lock that somebody else keeps, or a statement that does not end, becomes an answer
# of 503. Waiting for a lock ends before waiting for the pool does (settings.py), so that who waits for one
# diary gives their connection back before others give up. No statement of a page takes a second.
LIMITS = {"lock_timeout": "8s", "statement_timeout": "30s"}
FOR_CONNECTION = "; ".join(f"SET {name} = '{value}'" for name, value in LIMITS.items())
FOR_TRANSACTION = "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in LIMITS.items())


class DatabaseWrapper(base.DatabaseWrapper):
    _before_maintenance: dict[str, Any] | None = None  # of the class: all threads share one role

    def init_connection_state(self) -> None:
        super().init_connection_state()
        if DatabaseWrapper._before_maintenance is None:
            self._refuse_mighty_role()

    def _refuse_mighty_role(self) -> None:
        """Raise ImproperlyConfigured where row security would not hold for this connection."""
        with self.connection.cursor() as cursor:
            row = cursor.execute(TOO_MIGHTY).fetchone()
        if row:
            self.connection.rollback()
            raise ImproperlyConfigured(
                f"DATABASE_URL connects as {row[0]}, whom row security does not bind: use the role cramp_app, and "
                "give the owner of the tables as DATABASE_OWNER_URL (docs/operations.md)."
            )

    def _configure_connection(self, connection: Any) -> bool:
        """Limit the waiting of what runs outside transactions, such as reading a session."""
        changed: bool = super()._configure_connection(connection)  # type: ignore[misc]  # unknown to the stubs
        if self.in_maintenance:
            return changed
        connection.execute(FOR_CONNECTION, prepare=False)
        return True

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            from episodes.models.access import current_actor_id

            self.set_local_actor(current_actor_id(), with_limits=not self.in_maintenance)

    def set_local_actor(self, actor_id: uuid.UUID | None, *, with_limits: bool = False) -> None:
        """Tell the running transaction whose rows may be seen; None is nobody.

        with_limits: also how long it may wait. A pooler in transaction mode gives every transaction another
        connection, which nobody may have configured.
        """
        told = f"SET LOCAL cramp.actor = '{actor_id or ''}'"
        # Not a Django cursor: it would recurse and be logged. Its errors must still become Django's, which
        # answer 503 when the connection is gone.
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(f"{FOR_TRANSACTION}; {told}" if with_limits else told, prepare=False)

    @property
    def in_maintenance(self) -> bool:
        return DatabaseWrapper._before_maintenance is not None

    def begin_maintenance(self) -> None:
        """Connect as the owner of the tables (DATABASE_OWNER_URL), with the right to see every row.

        For commands that change shapes or read every chain; never in a process that serves people.
        """
        if DatabaseWrapper._before_maintenance is not None:
            return
        self.close()
        self.close_pool()
        kept = {name: self.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
        DatabaseWrapper._before_maintenance = kept
        owner = self.settings_dict["OWNER"]
        options = {**kept["OPTIONS"], **owner["OPTIONS"], "pool": False, "options": "-c cramp.maintenance=on"}
        self.settings_dict.update({**owner, "OPTIONS": options})

    def end_maintenance(self) -> None:
        """Connect as the web role again."""
        if DatabaseWrapper._before_maintenance is not None:
            self.close()
            self.settings_dict.update(DatabaseWrapper._before_maintenance)
            DatabaseWrapper._before_maintenance = None
