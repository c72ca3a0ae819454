"""A remedy planned for one evening, and the morning's question whether it was done."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from episodes.models import RemedyPlan, User, lock_patient


def plan_for(*, date: dt.date, by: User) -> RemedyPlan | None:
    """Return what `by` planned for the evening of `date`, or None."""
    plan: RemedyPlan | None = RemedyPlan.objects.owned_by(by).filter(date=date).first()
    return plan


def plan_remedy(*, remedy: str | None, date: dt.date, by: User) -> None:
    """Plan `remedy` for the evening of `date`, in place of an earlier plan; None plans nothing."""
    with transaction.atomic():
        lock_patient(by.pk)
        RemedyPlan.objects.owned_by(by).filter(date=date).delete()
        if remedy is not None:
            RemedyPlan(patient=by, remedy=remedy, date=date).save(force_insert=True)


def answer_plan(*, date: dt.date, done: bool, by: User) -> bool:
    """Keep whether the plan for that evening was done; return whether there was one. The night is not touched."""
    with transaction.atomic():
        lock_patient(by.pk)
        return bool(RemedyPlan.objects.owned_by(by).filter(date=date).update(done=done))
