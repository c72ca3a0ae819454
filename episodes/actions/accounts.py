"""What an operator does with accounts; a diary is never touched. `by` is None on the command line."""

from __future__ import annotations

import uuid

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from episodes.actions.audit import append_audit
from episodes.models import (
    ApiToken,
    CalendarLink,
    ClinicianCard,
    Consent,
    ReportLink,
    User,
    acting_as,
    lock_patient,
)
from episodes.models.people import validate_name

CODES_TRIED = 5


class AccountRefused(Exception):
    """An account cannot be changed like this; the message says why."""


def make_clinician(*, account: User, name: str, practice: str = "", by: User | None) -> ClinicianCard:
    """Return the card of `account`, who may from now on read diaries that patients share with them."""
    name = name.strip()
    if not name:
        raise AccountRefused(_("Write the name that patients will see on the card."))
    try:
        for words in filter(None, (name, practice.strip())):
            validate_name(words)
    except ValidationError as refused:
        raise AccountRefused(f"{words}: {refused.message}") from None
    with transaction.atomic():
        account.is_clinician = True
        account.save(update_fields=["is_clinician"])
        if ClinicianCard.objects.filter(clinician=account).update(name=name, practice=practice.strip()):
            return ClinicianCard.objects.get(clinician=account)
        return _new_card(account, name, practice.strip())


def end_clinician(*, account: User, request_id: str = "", by: User | None) -> None:
    """Take away the right to read shared diaries, and the code; consents stay as the patients gave them.

    Everybody who shares with this clinician finds it in *Who has looked*.
    """
    with transaction.atomic():
        _tell_patients("end_clinician", account, request_id, by)
        account.is_clinician = False
        account.save(update_fields=["is_clinician"])
        ClinicianCard.objects.filter(clinician=account).delete()


def replace_code(*, request_id: str = "", by: User) -> ClinicianCard:
    """Return the card of `by` with a new code; the old one stops working, consents given stay.

    Everybody who shares with this clinician finds it in *Who has looked*.
    """
    with transaction.atomic():
        _tell_patients("new_code", by, request_id, by)
        card = ClinicianCard.objects.filter(clinician=by).first()
        name, practice = (card.name, card.practice) if card else (by.name, "")
        ClinicianCard.objects.filter(clinician=by).delete()
        return _new_card(by, name, practice)


def set_active(*, account: User, is_active: bool, by: User | None) -> None:
    """Switch an account on or off; sessions, tokens and links end at once and for good, its diary stays."""
    if by is not None and account.pk == by.pk and not is_active:
        raise AccountRefused(_("This is your own account: ask another operator to switch it off."))
    with transaction.atomic():
        if not is_active:
            _end_links(account)
        account.is_active = is_active
        account.save(update_fields=["is_active"])
        end_sessions(account=account)


def _end_links(account: User) -> None:
    """End everything that opens this diary without a log-in."""
    now = timezone.now()
    with acting_as(account):  # these rows are the patient's alone
        lock_patient(account.pk)
        for model in (ApiToken, ReportLink):
            model.objects.owned_by(account).filter(revoked_at=None).update(revoked_at=now)
    CalendarLink.objects.filter(user=account).delete()


def end_sessions(*, account: User) -> None:
    """End every session of `account`; a request that is to go on must renew the hash of its own session."""
    User.objects.filter(pk=account.pk).update(session_epoch=F("session_epoch") + 1)
    account.refresh_from_db(fields=["session_epoch"])


def remove_second_factor(*, account: User, by: User | None) -> int:
    """Return how many codes apps and passkeys were taken away, with the recovery codes; sessions end too."""
    with transaction.atomic():
        factors = Authenticator.objects.filter(user_id=account.pk)
        removed: int = factors.exclude(type=Authenticator.Type.RECOVERY_CODES).count()
        factors.delete()
        end_sessions(account=account)
    return removed


def make_operator(*, account: User, by: User | None) -> None:
    """Let `account` manage accounts. Operators see no diary."""
    account.is_superuser = True
    account.save(update_fields=["is_superuser"])


def _tell_patients(action: str, clinician: User, request_id: str, by: User | None) -> None:
    """Write an audit row for each patient whose consent for `clinician` holds now."""
    now = timezone.now()
    with acting_as(clinician):  # nobody else may see who shares with them
        shared = Consent.objects.visible_to(clinician, at=now).in_force(now).filter(clinician_id=clinician.pk)
        consents: dict[uuid.UUID, uuid.UUID] = dict(shared.values_list("patient_id", "pk"))
    append_audit(
        patient_ids=list(consents),
        action=action,
        resource="clinician",
        consents=consents,
        request_id=request_id,
        now=now,
        by=by,
    )


def _new_card(account: User, name: str, practice: str) -> ClinicianCard:
    for _attempt in range(CODES_TRIED):
        try:
            with transaction.atomic():
                return ClinicianCard.objects.create(
                    clinician=account, code=ClinicianCard.new_code(), name=name, practice=practice
                )
        except IntegrityError:
            continue
    raise AccountRefused(_("No free code was found. Try again."))
