"""Codes by which a patient finds a clinician: the one on the card, and invitations that work once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from episodes.models import ClinicianCard, Invitation, User
from episodes.models.secrets import CODE_LETTERS, hashes_of_code, new_code

LASTS = dt.timedelta(days=7)
MOST_OPEN = 20
# One sentence for a code that is mistyped, used or too old: which of them it is tells a guesser too much.
CODE_DOES_NOT_WORK = gettext_lazy(
    "This code does not work: it may be mistyped, used already or too old. Check it with your clinician."
)


class InvitationRefused(Exception):
    """No invitation can be made now; the message says what to do."""


@dataclass(frozen=True)
class FoundClinician:
    """Whose code was typed. invitation: of a code that works once, None for the code on the card."""

    card: ClinicianCard
    invitation: uuid.UUID | None = None


def make_invitation(*, now: dt.datetime, by: User) -> tuple[str, Invitation]:
    """Return a new code that one patient can use once within seven days, and its row.

    The code is kept nowhere: it can be shown now and never again.
    """
    if not ClinicianCard.objects.filter(clinician=by).exists():
        raise InvitationRefused(_("You have no card yet: make your code for patients first."))
    with transaction.atomic():
        Invitation.objects.filter(clinician=by, expires_at__lte=now).delete()
        if Invitation.objects.filter(clinician=by).count() >= MOST_OPEN:
            raise InvitationRefused(_("You have 20 open invitations: take one back that is not needed."))
        code = new_code()
        invitation = Invitation.objects.create(
            clinician=by, code_hash=hashes_of_code(code)[0], made_at=now, expires_at=now + LASTS
        )
    return "-".join(code[start : start + 4] for start in range(0, CODE_LETTERS, 4)), invitation


def open_invitations(*, now: dt.datetime, by: User) -> list[Invitation]:
    """Return the invitations of `by` that still work, the first to end first."""
    return list(Invitation.objects.filter(clinician=by, expires_at__gt=now).order_by("expires_at", "pk"))


def take_back_invitation(*, pk: uuid.UUID, by: User) -> bool:
    """Return whether there was such an invitation of `by`; its code no longer works."""
    return bool(Invitation.objects.filter(pk=pk, clinician=by).delete()[0])


def find_by_code(code: str, now: dt.datetime) -> FoundClinician | None:
    """Return whose code was typed, in any case and spacing; None for every code that does not work."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    cards = ClinicianCard.objects.select_related("clinician").filter(
        clinician__is_active=True, clinician__is_clinician=True
    )
    if card := cards.filter(code=typed).first():
        return FoundClinician(card)
    found = (
        Invitation.objects.filter(code_hash__in=hashes_of_code(typed)).values_list("pk", flat=True).first()
    )
    return found_by_invitation(found, now) if found else None


def found_by_invitation(pk: uuid.UUID, now: dt.datetime) -> FoundClinician | None:
    """Return whom an invitation that was found before leads to, as long as it still works."""
    invitation = Invitation.objects.filter(pk=pk, expires_at__gt=now).first()
    if invitation is None:
        return None
    card = (
        ClinicianCard.objects.select_related("clinician")
        .filter(clinician_id=invitation.clinician_id, clinician__is_active=True, clinician__is_clinician=True)
        .first()
    )
    return FoundClinician(card, invitation.pk) if card else None


def use_invitation(*, pk: uuid.UUID, clinician: User, now: dt.datetime) -> bool:
    """Return whether the invitation worked; of two that use it at once, one alone gets True."""
    used, _tables = Invitation.objects.filter(pk=pk, clinician=clinician, expires_at__gt=now).delete()
    return bool(used)
