"""PostgreSQL that knows, in every transaction, for whom it works.

The actor is set with SET LOCAL, so it ends with the transaction: safe with Django's pool and
behind a pooler in transaction mode. `set_config()` would not reach the nodes of a distributed
PostgreSQL; SET LOCAL does.
"""

from __future__ import annotations

import uuid

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            from episodes.models.access import current_actor_id

            self.set_local_actor(current_actor_id())

    def set_local_actor(self, actor_id: uuid.UUID | None) -> None:
        """Tell the running transaction whose rows may be seen; None is nobody."""
        value = str(actor_id) if actor_id else ""
        with self.connection.cursor() as cursor:  # not a Django cursor: it would recurse and be logged
            cursor.execute(f"SET LOCAL cramp.actor = '{value}'")
