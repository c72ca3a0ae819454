"""Reminders: settings, the private calendar link, and what is due now, claimed so that it goes out once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from episodes.models import CalendarLink, Night, PushSubscription, Reminder, ReminderSent, User, lock_patient
from episodes.models.secrets import hash_of, new_address
from episodes.stats.nights import last_night

MOST_DEVICES = 5
MOST_TRIES = 3
MOST_SNOOZES = 3
IGNORED_BEFORE_STOP = 7
SNOOZE = dt.timedelta(hours=2)
STILL_DUE = dt.timedelta(hours=4)  # after an outage nobody is reminded at midnight of nine o'clock
KEPT = dt.timedelta(days=90)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Claim:
    """One message that this process alone may send now. kind: night, or ask (shall we go on?)."""

    row_id: uuid.UUID
    date: dt.date
    channel: str
    kind: str
    subscription: PushSubscription | None = None


class TooManyDevices(Exception):
    """This patient is reminded in as many browsers as we allow."""


def reminder_of(*, by: User) -> Reminder | None:
    """Return the reminder settings of `by`, or None where nothing was ever set."""
    reminder: Reminder | None = Reminder.objects.owned_by(by).first()
    return reminder


def save_reminder(
    *, at: dt.time, days: Sequence[int], by_email: bool, paused_until: dt.date | None, now: dt.datetime, by: User
) -> None:  # fmt: skip
    """Keep when to remind; saving starts a stopped reminder again."""
    values = {
        "at": at, "days": sorted(days), "by_email": by_email, "paused_until": paused_until,
        "stopped_at": None, "resumed_at": now,
    }  # fmt: skip
    with transaction.atomic():
        lock_patient(by.pk)
        _keep(values, by)


def go_on(*, wanted: bool, now: dt.datetime, by: User) -> None:
    """Answer "shall the reminders go on?": start them again, or switch every way off."""
    with transaction.atomic():
        lock_patient(by.pk)
        reminders = Reminder.objects.owned_by(by).exclude(stopped_at=None)
        if wanted:
            reminders.update(stopped_at=None, resumed_at=now)
        elif reminders.update(stopped_at=None, resumed_at=now, by_email=False):
            PushSubscription.objects.owned_by(by).delete()


def snooze(*, now: dt.datetime, by: User) -> dt.datetime | None:
    """Return when `by` is reminded again of last night, or None after three times for one night."""
    night = last_night(now, by.zone)
    with transaction.atomic():
        lock_patient(by.pk)
        reminder = reminder_of(by=by)
        if reminder is None:
            return None
        count = reminder.snoozes if reminder.snoozed_night == night else 0
        until: dt.datetime | None = reminder.snoozed_until
        if count and until and until > now:
            return until  # a second tap on the same button
        if count >= MOST_SNOOZES:
            return None
        until = now + SNOOZE
        _keep({"snoozed_night": night, "snoozed_until": until, "snoozes": count + 1}, by)
        return until


def keep_subscription(*, endpoint: str, p256dh: str, auth: str, now: dt.datetime, by: User) -> None:
    """Keep one browser to remind in; the same browser again replaces its keys. Raises TooManyDevices."""
    with transaction.atomic():
        lock_patient(by.pk)
        own = PushSubscription.objects.owned_by(by)
        if own.filter(endpoint=endpoint).update(p256dh=p256dh, auth=auth):
            return
        if own.count() >= MOST_DEVICES:
            raise TooManyDevices
        PushSubscription(patient=by, endpoint=endpoint, p256dh=p256dh, auth=auth, made_at=now).save(
            force_insert=True
        )
        if reminder_of(by=by) is None:
            _keep({"days": list(EVERY_DAY)}, by)


def drop_subscription(*, endpoint: str, by: User) -> None:
    """Forget one browser, when its owner or its push service says so."""
    with transaction.atomic():
        lock_patient(by.pk)
        PushSubscription.objects.owned_by(by).filter(endpoint=endpoint).delete()


def new_calendar_link(*, now: dt.datetime, by: User) -> str:
    """Return the token of a new calendar link; the earlier link stops working. Only a hash is kept."""
    token = new_address()
    CalendarLink.objects.update_or_create(user=by, defaults={"token_hash": hash_of(token), "made_at": now})
    with transaction.atomic():
        lock_patient(by.pk)
        if reminder_of(by=by) is None:
            _keep({"days": list(EVERY_DAY)}, by)
    return token


def end_calendar_link(*, by: User) -> None:
    CalendarLink.objects.filter(user=by).delete()


def has_calendar_link(*, by: User) -> bool:
    return CalendarLink.objects.filter(user=by).exists()


def owner_of_calendar(token: str) -> User | None:
    """Return whose calendar link this is; None for unknown and ended links and switched-off accounts."""
    link = CalendarLink.objects.filter(token_hash=hash_of(token), user__is_active=True).select_related("user")
    found = link.first()
    return found.user if found else None


def coming_mornings(*, now: dt.datetime, days: int, by: User) -> list[tuple[dt.date, dt.datetime]]:
    """Return (night, moment) for each reminder of the next `days` days; written nights are left out."""
    reminder = reminder_of(by=by)
    if reminder is None or reminder.stopped_at is not None:
        return []
    today = now.astimezone(by.zone).date()
    written = set(
        Night.objects.owned_by(by)
        .filter(date__gte=today - dt.timedelta(days=2))
        .written()
        .values_list("date", flat=True)
    )
    mornings = []
    for ahead in range(days):
        morning = today + dt.timedelta(days=ahead)
        moment = dt.datetime.combine(morning, reminder.at, tzinfo=by.zone).astimezone(dt.UTC)
        night = last_night(moment, by.zone)
        if _is_day(reminder, morning) and night not in written:
            mornings.append((night, moment))
    return mornings


def claim_due(*, now: dt.datetime, may_email: bool, may_push: bool, by: User) -> list[Claim]:
    """Return the messages that this process must send to `by` now, each claimed for it alone.

    Empty when nothing is due, last night is written, or another process has claimed it. A claim is
    committed before anything is sent: a process that dies in between sends too little, never twice.
    A message that failed is claimed again, three times in all.
    """
    with transaction.atomic():
        reminder = reminder_of(by=by)
        night = last_night(now, by.zone)
        if reminder is None or _round_due(reminder, night, now, by) is None:
            return []
        lock_patient(by.pk)
        reminder = reminder_of(by=by)  # as it is now that nobody else writes
        number = _round_due(reminder, night, now, by) if reminder else None
        if reminder is None or number is None:
            return []
        if Night.objects.owned_by(by).on(night).written().exists():
            return []
        ways: list[tuple[str, PushSubscription | None]] = []
        if may_email and reminder.by_email:
            ways.append(("email", None))
        if may_push:
            ways += [("push", each) for each in PushSubscription.objects.owned_by(by).order_by("id")]
        sent = ReminderSent.objects.owned_by(by)
        of_now = {(row.channel, row.device): row for row in sent.filter(date=night, round=number)}
        claims = [
            claim
            for channel, device in ways
            if (row := of_now.get((channel, _name(device)))) and (claim := _again(row, device, now, by))
        ]
        new = [way for way in ways if (way[0], _name(way[1])) not in of_now]
        if reminder.stopped_at is not None or not new:
            return claims
        kind = "ask" if _is_ignored(reminder, night, by) else "night"
        for channel, device in new:
            row = ReminderSent(
                patient=by, date=night, channel=channel, device=_name(device), round=number, kind=kind, at=now
            )
            row.save(force_insert=True)
            claims.append(Claim(row.pk, night, channel, kind, device))
        if kind == "ask":
            _keep({"stopped_at": now}, by)
        sent.filter(at__lt=now - KEPT).delete()
        return claims


def finish(*, claim: Claim, was_sent: bool, by: User) -> None:
    """Note how the sending of a claimed message ended."""
    with transaction.atomic():
        state = "sent" if was_sent else "failed"
        ReminderSent.objects.owned_by(by).filter(pk=claim.row_id).update(state=state)


def _keep(values: dict[str, object], by: User) -> None:
    if not Reminder.objects.owned_by(by).update(**values):
        Reminder(patient=by, **values).save(force_insert=True)


def _name(device: PushSubscription | None) -> str:
    return str(device.pk) if device else ""


def _is_day(reminder: Reminder, morning: dt.date) -> bool:
    if reminder.paused_until is not None and morning < reminder.paused_until:
        return False
    return morning.isoweekday() in reminder.days


def _round_due(reminder: Reminder, night: dt.date, now: dt.datetime, by: User) -> int | None:
    """Return the number of the reminder that is due now, 0 or that of the snooze, or None.

    The clock on the wall decides: a time that the clock skipped in spring is due at the jump, and
    in the doubled hour of autumn the first pass is due.
    """
    if reminder.snoozed_night == night and reminder.snoozed_until is not None:
        late = now - reminder.snoozed_until
        return reminder.snoozes if dt.timedelta() <= late <= STILL_DUE else None
    local = now.astimezone(by.zone)
    wall = local.replace(tzinfo=None)
    due = dt.datetime.combine(local.date(), reminder.at)
    is_due = _is_day(reminder, local.date()) and due <= wall <= due + STILL_DUE
    return 0 if is_due else None


def _again(row: ReminderSent, device: PushSubscription | None, now: dt.datetime, by: User) -> Claim | None:
    """Return a failed message as claimed once more, or None where another process was faster or it is over."""
    failed = ReminderSent.objects.owned_by(by).filter(pk=row.pk, state="failed", tries__lt=MOST_TRIES)
    if not failed.update(state="sending", tries=row.tries + 1, at=now):
        return None
    return Claim(row.pk, row.date, row.channel, row.kind, device)


def _is_ignored(reminder: Reminder, night: dt.date, by: User) -> bool:
    """Return whether the last seven reminders led to nothing: no night was written since the first of them."""
    sent = ReminderSent.objects.owned_by(by).filter(kind="night", date__lt=night).exclude(state="failed")
    if reminder.resumed_at is not None:
        sent = sent.filter(at__gt=reminder.resumed_at)
    dates = list(sent.order_by("-date").values_list("date", flat=True).distinct()[:IGNORED_BEFORE_STOP])
    if len(dates) < IGNORED_BEFORE_STOP:
        return False
    return not Night.objects.owned_by(by).filter(date__gte=dates[-1]).written().exists()
