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
# A distributed database has policies without sub-selects (episodes/operations/distribution.py): whose rows may be read
# stands in settings then. Both questions in one, because every new connection asks them.
WHO_AND_HOW = """
    SELECT rolname, rolsuper OR rolbypassrls OR EXISTS (
        SELECT FROM pg_class WHERE oid = to_regclass('episodes_night')
        AND pg_has_role(current_user, relowner, 'MEMBER')
    ), EXISTS (
        SELECT FROM pg_policy WHERE polrelid = to_regclass('episodes_night')
        AND pg_get_expr(polqual, polrelid) LIKE '%cramp.readable_%'
    ) FROM pg_roles WHERE rolname = current_user
"""

# The rule of `cramp_readable()`, by the clock of the database, all sections at once.
IS_CLINICIAN = "SELECT FROM episodes_user WHERE id = %s AND is_active AND is_clinician"
SHARED_WITH = """
    SELECT consent.patient_id, {sections} FROM episodes_consent AS consent
    JOIN episodes_user AS patient ON patient.id = consent.patient_id
    WHERE consent.clinician_id = %s AND patient.is_active AND consent.withdrawn_at IS NULL
    AND consent.valid_from <= clock_timestamp() AND consent.valid_until > clock_timestamp()
"""

# Nobody waits for ever: a lock that somebody else keeps, or a statement that does not end, becomes an answer
# of 503. Waiting for a lock ends before waiting for the pool does (settings.py), so that who waits for one
# diary gives their connection back before others give up. No statement of a page takes a second.
LIMITS = {"lock_timeout": "8s", "statement_timeout": "30s"}
FOR_CONNECTION = "; ".join(f"SET {name} = '{value}'" for name, value in LIMITS.items())
FOR_TRANSACTION = "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in LIMITS.items())


class DatabaseWrapper(base.DatabaseWrapper):
    _before_maintenance: dict[str, Any] | None = None  # of the class: all threads share one role
    _has_array_form = False  # of the policies, see WHO_AND_HOW

    def init_connection_state(self) -> None:
        super().init_connection_state()
        if DatabaseWrapper._before_maintenance is None:
            self._refuse_mighty_role()

    def _refuse_mighty_role(self) -> None:
        """Raise ImproperlyConfigured where row security would not hold for this connection."""
        with self.connection.cursor() as cursor:
            role, is_mighty, self._has_array_form = cursor.execute(WHO_AND_HOW).fetchone()
        if is_mighty:
            self.connection.rollback()
            raise ImproperlyConfigured(
                f"DATABASE_URL connects as {role}, whom row security does not bind: use the role cramp_app, and "
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
            if self._has_array_form and not self.in_maintenance:
                cursor.execute(self._readable(cursor, actor_id), prepare=False)

    def _readable(self, cursor: Any, actor_id: uuid.UUID | None) -> str:
        """Return the statements that say, section by section, whose rows the actor may read.

        They hold until the transaction ends: a consent withdrawn meanwhile closes the rows for the next one.
        `visible_to` asks the consent in every statement all the same.
        """
        from episodes.models.access import SCOPES

        readable: dict[str, list[uuid.UUID]] = {section: [actor_id] if actor_id else [] for section in SCOPES}
        if actor_id and cursor.execute(IS_CLINICIAN, [actor_id]).fetchone() is not None:
            columns = ", ".join(f"consent.shares_{section}" for section in SCOPES)
            for patient_id, *shared in cursor.execute(SHARED_WITH.format(sections=columns), [actor_id]):
                for section, is_shared in zip(SCOPES, shared, strict=True):
                    if is_shared:
                        readable[section].append(patient_id)
        return "; ".join(
            f"SET LOCAL cramp.readable_{section} = '{{{','.join(map(str, patients))}}}'"
            for section, patients in readable.items()
        )

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
