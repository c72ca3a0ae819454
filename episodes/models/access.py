"""Who may read what: the one policy, the one way in, the one way to become somebody.

`objects.visible_to(actor)` is the way in for reading, `objects.owned_by(actor)` for writing one's
own rows. `rows` is Django's own machinery (constraints, cascades, forms) and stays inside
`episodes/models/`; a test keeps it there.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.utils import timezone

from episodes.models.keys import new_id

if TYPE_CHECKING:
    from episodes.models.people import User


OWN = "own"  # a section nobody but the patient ever reads
SCOPES = ("nights", "habits", "alcohol", "health", "own_habits", "experiments", "notes", "report")


class ActorRequired(RuntimeError):
    """Raised when health data is asked for without saying who asks."""


_actor: ContextVar[uuid.UUID | None] = ContextVar("actor", default=None)


def current_actor_id() -> uuid.UUID | None:
    """Return the id of the person this code runs for, or None for nobody."""
    return _actor.get()


@contextmanager
def acting_as(actor: User | AnonymousUser | None) -> Iterator[None]:
    """Run the block as `actor`: the database is told whose rows may be seen.

    Works inside and outside a transaction; the earlier actor is restored at the end, also after
    an error, so that a server thread never keeps the last request's person.
    """
    token = _actor.set(actor.pk if actor is not None and actor.is_authenticated else None)
    try:
        _tell_database()
        yield
    finally:
        _actor.reset(token)
        _tell_database()


def _tell_database() -> None:
    if connection.vendor == "postgresql" and connection.in_atomic_block and not connection.needs_rollback:
        connection.set_local_actor(_actor.get())  # type: ignore[attr-defined]


def lock_patient(patient_id: uuid.UUID) -> None:
    """Make the writes about one patient wait for each other until the transaction ends.

    PostgreSQL takes an advisory lock of that patient alone; SQLite's IMMEDIATE transaction has
    locked already.
    """
    if connection.vendor == "postgresql":
        key = int.from_bytes(patient_id.bytes[8:], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


class HealthQuerySet(models.QuerySet[Any]):
    """Rows of one health table, already limited to what the actor may see."""

    def of(self, patient: User) -> Self:
        return self.filter(patient_id=patient.pk)


class HealthManager(models.Manager[Any]):
    """The way in: refuses to answer before it knows who asks."""

    def get_queryset(self) -> models.QuerySet[Any]:
        raise ActorRequired(f"{self.model.__name__}.objects needs an actor: call visible_to(actor).")

    def visible_to(self, actor: User | AnonymousUser, *, at: dt.datetime | None = None) -> Any:
        """Return the rows that `actor` may read at the moment `at` (default: now)."""
        rows = self.model.rows.filter(readable_by(actor, self.model.section, at or timezone.now()))
        if self.model.reader:  # one clinician's own, whatever colleagues may read
            rows = rows.filter(models.Q(patient_id=actor.pk) | models.Q(**{self.model.reader: actor.pk}))
        return rows

    def owned_by(self, actor: User | AnonymousUser) -> Any:
        """Return the rows about `actor`, for reading and writing one's own diary."""
        _require(actor)
        return self.model.rows.filter(patient_id=actor.pk) if actor.is_active else self.model.rows.none()


def _require(actor: User | AnonymousUser | None) -> None:
    if actor is None:
        raise ActorRequired("Health data was asked for without an actor.")


def readable_by(actor: User | AnonymousUser, section: str, at: dt.datetime) -> models.Q:
    """Return the condition on `patient_id` under which `actor` may read `section` at `at`.

    Own rows always; other rows only under a consent that covers the section, has begun, has not
    ended and was not withdrawn. Evaluated by the database in every query, never cached.
    """
    _require(actor)
    if not actor.is_authenticated or not actor.is_active:
        return models.Q(pk__in=[])
    own = models.Q(patient_id=actor.pk)
    if section == OWN or not actor.is_clinician:
        return own
    from episodes.models.sharing import Consent, in_force_at  # the consent table is itself a health table

    if section == "consent":
        # Never what a patient agreed with somebody else; what is over leaves no name and no purpose.
        return own | models.Q(in_force_at(at), clinician_id=actor.pk)

    consents = Consent.rows.in_force(at).filter(clinician_id=actor.pk, **{f"shares_{section}": True})
    return own | models.Q(patient_id__in=consents.values("patient_id"))


class HealthModel(models.Model):
    """A row about one patient. Children carry the patient too, and every statement names it."""

    section = OWN
    reader = ""  # the column that names the only clinician who may read such a row

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    objects = HealthManager()
    rows = HealthQuerySet.as_manager()

    class Meta:
        abstract = True
        default_manager_name = "rows"
        base_manager_name = "rows"

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def _do_update(  # type: ignore[no-untyped-def,override]
        self, base_qs, using, pk_val, values, update_fields, forced_update
    ):
        # Django updates by primary key alone; a distributed database can only route a statement
        # that names the patient, and a row must never move to another patient.
        values = [value for value in values if value[0].attname != "patient_id"]
        return super()._do_update(  # type: ignore[call-arg]  # the stubs describe a newer Django
            base_qs.filter(patient_id=self.patient_id), using, pk_val, values, update_fields, forced_update
        )

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete this row alone, naming its patient; children are deleted first by the action."""
        count = type(self).rows.filter(patient_id=self.patient_id, pk=self.pk)._raw_delete(using or "default")
        return count, {self._meta.label: count}


def in_range(table: str, field: str, low: float, high: float) -> models.CheckConstraint:
    """Return the database rule that a number, where answered, lies between `low` and `high`."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=f"{table}_{field}_range"
    )


def one_of(table: str, field: str, values: tuple[str, ...]) -> models.CheckConstraint:
    """Return the database rule that a word, where answered, is one of `values`."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": list(values)}), name=f"{table}_{field}_known"
    )
