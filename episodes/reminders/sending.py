"""Sends the reminders that are due: mail and push in words that tell nothing about health."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from episodes.models import User, acting_as
from episodes.reminders import push
from episodes.reminders.actions import Claim, claim_due, drop_subscription, finish

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """How many messages went out, and how many could not."""

    sent: int = 0
    failed: int = 0


def confirmed_email(person: User) -> str:
    """Return the address that somebody proved to be theirs, or "": nobody else's inbox gets our mails."""
    address = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary").first()
    return address.email if address else ""


def send_due(*, now: dt.datetime) -> Tally:
    """Send what is due to everybody; one person's failure leaves the others' reminders alone.

    Each person is read as that person: the command itself is nobody and sees no diary.
    """
    tally = Tally()
    for key in list(User.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)):
        person = User.objects.filter(pk=key, is_active=True).first()
        if person is None:
            continue
        try:
            with (
                acting_as(person),
                timezone.override(person.zone),
                translation.override(person.language),
            ):
                _send_to(person, now, tally)
        except DatabaseError:
            logger.warning("Reminders of one account were left out.", exc_info=True)
            tally.failed += 1
    return tally


def _send_to(person: User, now: dt.datetime, tally: Tally) -> None:
    with transaction.atomic():
        email = confirmed_email(person)
        claims = claim_due(now=now, may_email=bool(email), may_push=push.is_available(), by=person)
    for claim in claims:
        was_sent = _was_sent(claim, email, person)
        finish(claim=claim, was_sent=was_sent, by=person)
        tally.sent += was_sent
        tally.failed += not was_sent


def _was_sent(claim: Claim, email: str, person: User) -> bool:
    try:
        if claim.subscription is None:
            mail_to(email, claim)
        else:
            push.send(subscription=claim.subscription, message=push_message(claim))
    except push.SubscriptionGone:
        assert claim.subscription is not None
        drop_subscription(endpoint=claim.subscription.endpoint, by=person)
        return True  # nothing to try again
    except Exception as error:  # any mail or push library error; the next person must not wait for it
        logger.warning("A reminder could not be sent: %s.", type(error).__name__)
        return False
    return True


def links_of(claim: Claim) -> dict[str, str]:
    """Return the paths that a reminder opens: the exact night, later, and the settings."""
    return {
        "night": reverse("diary:night-detail", args=[claim.date]),
        "later": reverse("account:reminder-later"),
        "settings": reverse("account:reminders"),
    }


def mail_to(address: str, claim: Claim) -> None:
    links = {name: settings.BASE_URL + path for name, path in links_of(claim).items()}
    name = "ask" if claim.kind == "ask" else "night"
    EmailMessage(
        subject=_title(claim),
        body=render_to_string(f"account/email/reminder_{name}.txt", {"links": links}).strip() + "\n",
        from_email=formataddr((_("Diary"), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def push_message(claim: Claim) -> dict[str, str]:
    """Return what the service worker shows on the lock screen, and where a tap leads."""
    links = links_of(claim)
    return {
        "title": _title(claim),
        "body": _("Tap to go on or to stop.") if claim.kind == "ask" else _("Tap to write."),
        "url": links["settings"] if claim.kind == "ask" else links["night"],
        "later": "" if claim.kind == "ask" else _("In 2 hours"),
        "later_url": links["later"],
    }


def _title(claim: Claim) -> str:
    return _("Diary: more reminders?") if claim.kind == "ask" else _("Diary: last night?")
