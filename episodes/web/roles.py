"""What an operator does with accounts; a diary is never touched. `by` is None on the command line.

The account that a form or a command hands over may be changed already, or old: each action reads the stored one, and
keeps others from changing it meanwhile.
"""

from __future__ import annotations

import uuid

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from episodes.audit.events import append_audit
from episodes.models import (
    ApiToken,
    AuditEvent,
    CalendarLink,
    ClinicianCard,
    Consent,
    Invitation,
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
        stored = _stored(account)
        _set(stored, account, is_clinician=True)
        if ClinicianCard.objects.filter(clinician=stored).update(name=name, practice=practice.strip()):
            return ClinicianCard.objects.get(clinician=stored)
        return _new_card(stored, name, practice.strip())


def end_clinician(*, account: User, by: User | None) -> None:
    """Take away the right to read shared diaries, and all codes; consents stay as the patients gave them.

    Everybody who shares with this clinician finds it in *Who has looked*.
    """
    with transaction.atomic():
        stored = _stored(account)
        was_active = stored.is_active
        _set(stored, account, is_active=True)  # a switched-off account could not see who shares with it
        _tell_patients(AuditEvent.Action.END_CLINICIAN, stored, by)
        _set(stored, account, is_active=was_active, is_clinician=False)
        ClinicianCard.objects.filter(clinician=stored).delete()
        Invitation.objects.filter(clinician=stored).delete()


def replace_code(*, by: User) -> ClinicianCard:
    """Return the card of `by` with a new code; the old one stops working, consents given stay.

    Everybody who shares with this clinician finds it in *Who has looked*.
    """
    with transaction.atomic():
        _tell_patients(AuditEvent.Action.NEW_CODE, by, by)
        card = ClinicianCard.objects.filter(clinician=by).first()
        name, practice = (card.name, card.practice) if card else (by.name, "")
        ClinicianCard.objects.filter(clinician=by).delete()
        return _new_card(by, name, practice)


def set_active(*, account: User, is_active: bool, by: User | None) -> None:
    """Switch an account on or off; sessions, tokens, links and invitations end at once and for good, its diary stays."""
    if by is not None and account.pk == by.pk and not is_active:
        raise AccountRefused(_("This is your own account: ask another operator to switch it off."))
    with transaction.atomic():
        stored = _stored(account)
        if stored.is_active == is_active:
            _set(stored, account, is_active=is_active)
            return
        # Also when it is switched on: an account of an older version may still have what ended. Only an account in
        # use reaches its own rows.
        _set(stored, account, is_active=True)
        _end_links(stored)
        _set(stored, account, is_active=is_active)
        end_sessions(account=stored)


def _stored(account: User) -> User:
    """Return the account as it is stored, locked until the transaction ends."""
    return User.objects.select_for_update().get(pk=account.pk)


def _set(stored: User, handed: User, **values: bool) -> None:
    """Keep values of an account, and let the object that was handed over say the same."""
    for name, value in values.items():
        setattr(stored, name, value)
        setattr(handed, name, value)
    stored.save(update_fields=list(values))


def _end_links(account: User) -> None:
    """End everything that opens this diary, or leads to this clinician, without a log-in."""
    now = timezone.now()
    with acting_as(account):  # these rows are the patient's alone
        lock_patient(account.pk)
        for model in (ApiToken, ReportLink):
            model.objects.owned_by(account).filter(revoked_at=None).update(revoked_at=now)
    CalendarLink.objects.filter(user=account).delete()
    Invitation.objects.filter(clinician=account).delete()


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
    with transaction.atomic():
        _set(_stored(account), account, is_superuser=True)


def _tell_patients(action: AuditEvent.Action, clinician: User, by: User | None) -> None:
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
