"""Nights, their outcomes and their cramps."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from episodes.api.fields import (
    LARGEST_VERSION,
    Date,
    EpisodeList,
    EpisodeWrite,
    Id,
    NightList,
    NightRead,
    NightWrite,
    NightWritten,
    OutcomeWrite,
)
from episodes.api.night_json import content_of, episode_json, night_json, with_episode, without_episode
from episodes.api.service import Token, may, missing
from episodes.models import User
from episodes.nights import history as night_history
from episodes.nights import writer as actions
from episodes.nights.content import NightContent, read_night, read_nights
from episodes.nights.writer import EARLIEST, Source

router = Router(tags=["nights"])
READ, WRITE = Token("read_nights"), Token("write_nights")
ANSWER = NightRead | NightWritten
NOT_FOUND: dict[str, Any] = {"x-refusals": [404]}
LATEST = dt.date(2199, 12, 31)
MOST_NIGHTS = 366

Evening = Annotated[Date, Path(description="The evening on which the night began, such as 2026-03-14.")]
IdempotencyKey = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,64}$")] | None,
    Header(alias="Idempotency-Key", description="The same key with the same request is carried out once."),
]
SeenVersion = Annotated[int, Query(ge=0, le=LARGEST_VERSION, description="The version you saw.")]


class Span(Schema):
    """Which nights: both ends are included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    first: Date = Field(EARLIEST, alias="from")
    last: Date = Field(LATEST, alias="to")
    limit: int = Field(100, ge=1, le=MOST_NIGHTS)


def owner(request: HttpRequest) -> User:
    """Return the patient whose token this is."""
    patient: User = request.bearer.patient  # type: ignore[attr-defined]
    return patient


def source(request: HttpRequest, key: str | None) -> Source:
    """Return where a write comes from, with the hash of all that makes it what it is."""
    what = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return Source(
        now=timezone.now(),
        operation_id=_own_key(request, key) if key else "",
        body_sha256=hashlib.sha256(what).hexdigest() if key else "",
        entered_via="api",
        is_blind=not may(request, "read_nights"),
    )


def _own_key(request: HttpRequest, key: str) -> str:
    """Return the key of one token: another one that guesses it is told nothing of what was sent under it."""
    token = request.bearer.token.pk  # type: ignore[attr-defined]
    return f"api:{hashlib.sha256(f'{token}:{key}'.encode()).hexdigest()[:48]}"


def _stored(request: HttpRequest, date: dt.date) -> NightContent:
    return read_night(patient=owner(request), date=date, by=owner(request))


def _answer(request: HttpRequest, date: dt.date, stored: NightContent) -> dict[str, Any] | NightWritten:
    """Return the night as it is now, with what the database added to it: whoever may not read gets its version."""
    if not may(request, "read_nights"):
        return NightWritten(date=date, version=stored.version)
    return night_json(date, _stored(request, date)) if stored.version else night_json(date, stored)


def _not_written() -> HttpResponse:
    return missing(_("Nothing is written for this night."))


@router.get("/", auth=READ, response=NightList, url_name="night-list", summary="List nights")
def night_list(request: HttpRequest, span: Query[Span]) -> Any:
    me = owner(request)
    found = read_nights(patient=me, first=span.first, last=span.last, most=span.limit + 1, by=me)
    dates = list(found)
    return {
        "nights": [night_json(date, found[date]) for date in dates[: span.limit]],
        "next": dates[span.limit] if len(dates) > span.limit else None,
    }


@router.get(
    "/{date}/",
    auth=READ,
    response=NightRead,
    url_name="night",
    openapi_extra=NOT_FOUND,
    summary="Read a night",
)
def night(request: HttpRequest, date: Evening) -> Any:
    content = _stored(request, date)
    return night_json(date, content) if content.version else _not_written()


@router.put("/{date}/", auth=WRITE, response=ANSWER, url_name="night", summary="Write a whole night")
def put_night(
    request: HttpRequest, date: Evening, sent: NightWrite, idempotency_key: IdempotencyKey = None
) -> Any:
    """What is not sent becomes unanswered; only notes stay."""
    me, way = owner(request), source(request, idempotency_key)
    current = _stored(request, date)
    content = content_of(sent, date=date, current=current, now=way.now, by=me)
    stored = actions.record_night(date=date, content=content, seen_version=sent.version, source=way, by=me)
    return _answer(request, date, stored)


@router.delete(
    "/{date}/", auth=WRITE, response={204: None}, url_name="night", summary="Move a night to the bin"
)
def delete_night(request: HttpRequest, date: Evening, version: SeenVersion) -> Any:
    """A night that is not written, or is in the bin already, gives the same answer."""
    night_history.delete_night(
        date=date, seen_version=version, source=source(request, None), by=owner(request)
    )
    return Status(204, None)


@router.put(
    "/{date}/outcome/",
    auth=WRITE,
    response=ANSWER,
    url_name="night-outcome",
    summary="Answer the outcome alone",
)
def put_outcome(
    request: HttpRequest, date: Evening, sent: OutcomeWrite, idempotency_key: IdempotencyKey = None
) -> Any:
    stored = actions.set_outcome(
        date=date, outcome=sent.outcome, seen_version=sent.version,
        source=source(request, idempotency_key), by=owner(request),
    )  # fmt: skip
    return _answer(request, date, stored)


@router.get(
    "/{date}/episodes/",
    auth=READ,
    response=EpisodeList,
    url_name="episode-list",
    openapi_extra=NOT_FOUND,
    summary="List the cramps of a night",
)
def episode_list(request: HttpRequest, date: Evening) -> Any:
    content = _stored(request, date)
    if not content.version:
        return _not_written()
    return {"version": content.version, "episodes": [episode_json(each) for each in content.episodes]}


@router.post(
    "/{date}/episodes/", auth=WRITE, response={201: ANSWER}, url_name="episode-list", summary="Add a cramp"
)
def add_episode(
    request: HttpRequest, date: Evening, sent: EpisodeWrite, idempotency_key: IdempotencyKey = None
) -> Any:
    """The night's outcome becomes “cramps”."""
    return Status(201, _write_episode(request, date, sent, None, idempotency_key))


@router.put(
    "/{date}/episodes/{pk}/",
    auth=WRITE,
    response=ANSWER,
    url_name="episode",
    openapi_extra=NOT_FOUND,
    summary="Change a cramp",
)
def put_episode(
    request: HttpRequest,
    date: Evening,
    pk: Annotated[Id, Path()],
    sent: EpisodeWrite,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    return _write_episode(request, date, sent, pk, idempotency_key)


def _write_episode(
    request: HttpRequest, date: dt.date, sent: Any, pk: uuid.UUID | None, key: str | None
) -> Any:
    me, way = owner(request), source(request, key)
    current = _stored(request, date)
    place = None if pk is None else _place_of(pk, current)
    if pk is not None and place is None:
        return _no_cramp()
    content = with_episode(sent, place, date=date, current=current, now=way.now, by=me)
    count = content.answers["episode_count"]
    if way.is_blind and count is not None:  # a number that is too small would be refused, and so be told
        content.answers["episode_count"] = max(count, len(content.episodes))
    stored = actions.record_night(date=date, content=content, seen_version=sent.version, source=way, by=me)
    return _answer(request, date, stored)


@router.delete(
    "/{date}/episodes/{pk}/",
    auth=WRITE,
    response=ANSWER,
    url_name="episode",
    openapi_extra=NOT_FOUND,
    summary="Take a cramp out",
)
def delete_episode(
    request: HttpRequest,
    date: Evening,
    pk: Annotated[Id, Path()],
    version: SeenVersion,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    """The outcome stays as it is."""
    me = owner(request)
    current = _stored(request, date)
    place = _place_of(pk, current)
    if place is None:
        return _no_cramp()
    stored = actions.record_night(
        date=date, content=without_episode(place, current), seen_version=version,
        source=source(request, idempotency_key), by=me,
    )  # fmt: skip
    return _answer(request, date, stored)


def _place_of(pk: uuid.UUID, current: NightContent) -> int | None:
    return next((place for place, each in enumerate(current.episodes) if each["id"] == pk), None)


def _no_cramp() -> HttpResponse:
    return missing(_("This night has no such cramp."))
