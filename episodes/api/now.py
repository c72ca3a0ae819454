"""Cramp now, for a button by the bed: start and stop without a page."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from episodes.api.fields import Answers, Id, Moment, one_of
from episodes.api.nights import IdempotencyKey, owner
from episodes.api.service import Token, missing, refused
from episodes.nights.timing import OLDEST, Said, running, time_cramp
from episodes.questions import choices

router = Router(tags=["now"])
SLACK = dt.timedelta(minutes=5)
TIMES = {"start": "started_at", "restless": "started_at", "stop": "stopped_at", "remove": "removed_at"}


class Tap(Answers):
    """A tap. at: when, now where it is absent. client_id: of the cramp, made by the device, so that repeats do nothing."""

    do: Literal["start", "stop", "remove", "restless"]
    at: Moment | None = None
    side: one_of(choices.SIDE) = None  # type: ignore[valid-type]
    client_id: Id | None = Field(None, description="Absent at stop or remove: the cramp that is running.")


class Noted(Schema):
    """What became of it. date: the night; null while no start has arrived. is_full: it holds 20 cramps already."""

    client_id: uuid.UUID
    date: dt.date | None
    started_at: dt.datetime | None
    stopped_at: dt.datetime | None
    is_running: bool
    is_full: bool


@router.post(
    "/",
    auth=Token("cramp_now"),
    response=Noted,
    url_name="now",
    openapi_extra={"x-refusals": [404]},
    summary="Cramp now",
)
def now(request: HttpRequest, sent: Tap, idempotency_key: IdempotencyKey = None) -> Any:
    """Two starts within ten seconds are one cramp; a stop without a start is a 404."""
    me, moment = owner(request), timezone.now()
    at = moment if sent.at is None else sent.at
    if not moment - OLDEST <= at <= moment + SLACK:
        return refused({"at": _("Send a moment of the last 31 days, with its offset from UTC.")})
    client_id = sent.client_id
    if client_id is None and sent.do in ("stop", "remove"):
        row = running(now=moment, by=me)
        if row is None:
            return missing(_("No cramp is running."))
        client_id = row.client_id
    if client_id is None:
        client_id = uuid.uuid5(me.pk, idempotency_key) if idempotency_key else uuid.uuid4()
    said = Said(
        client_id=client_id,
        kind="restless" if sent.do == "restless" else "cramp",
        side=sent.side,
        side_at=at if sent.side else None,
        **{TIMES[sent.do]: at},
    )
    written = time_cramp(said=said, now=moment, by=me, entered_via="api")
    row = written.timing
    return {
        "client_id": row.client_id,
        "date": written.date,
        "started_at": row.started_at,
        "stopped_at": row.stopped_at,
        "is_running": row.kind == "cramp"
        and bool(row.started_at)
        and not row.stopped_at
        and not row.is_removed,
        "is_full": written.is_full,
    }
