"""One submitted or stored night as forms, and back as content."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Subquery
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from episodes.diary import own_habits as own
from episodes.diary.episode_form import EpisodeForm
from episodes.diary.forms import NightForm, shown_rows
from episodes.diary.moments import parsed_moment
from episodes.models import HABIT_FIELDS, Condition, Episode, Profile, User
from episodes.nights.content import NightContent
from episodes.nights.own_habits import own_habits_of
from episodes.nights.safety import lasts, pregnant_or_just_after
from episodes.nights.timing import clock_offset
from episodes.nights.writer import NightRefused, Source
from episodes.questions.habits import DEFAULT_ROWS, HABITS_BY_KEY
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX

PREFIX = "episodes"
MOST = 20


class BaseEpisodeForms(BaseFormSet):  # type: ignore[type-arg]  # not generic at run time in 5.2
    """The cramps of one night; each form knows its stored row, and a foreign id is an error."""

    def __init__(self, *args: Any, stored: list[dict[str, Any]], **kwargs: Any) -> None:
        self.stored = {str(episode["id"]): episode for episode in stored}
        self.in_order = stored
        super().__init__(*args, prefix=PREFIX, **kwargs)  # type: ignore[misc]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # Else a form that says what is stored would be skipped, and its answers with it.
        kwargs = super().get_form_kwargs(index) | {"empty_permitted": False}
        if index is None:
            return kwargs
        if self.is_bound:
            episode_id = self.data.get(f"{PREFIX}-{index}-id", "")
            return {**kwargs, "stored": self.stored.get(episode_id)}
        return {**kwargs, "stored": self.in_order[index] if index < len(self.in_order) else None}

    def clean(self) -> None:
        for form in self.forms:
            data = form.cleaned_data
            if data.get("id") and form.stored is None and not data.get("DELETE"):
                form.add_error(
                    None,
                    _("This cramp is not in this night any more. Reload the page to see the night as it is."),
                )


EpisodeForms = formset_factory(
    EpisodeForm, formset=BaseEpisodeForms, extra=0, max_num=MOST, absolute_max=MOST + 5, validate_max=True
)


@dataclass
class Setting:
    """What the night page knows besides the night: the rows shown, the usual day, the last place."""

    rows: list[str]
    usual_day: dict[str, Any]
    is_pregnant: bool
    calls_maternity: bool  # pregnant, or up to six weeks after
    last_place: str


def setting_of(patient: User, date: dt.date, today: dt.date) -> Setting:
    """Return the patient's own setting of the night form; two statements."""
    facts = Condition.objects.owned_by(patient).filter(patient_id=OuterRef("pk"))
    pregnant = facts.filter(lasts(today), key="pregnancy")
    profile = Profile.objects.owned_by(patient)
    # Asked of the account, whose row always exists: a patient without a profile costs no more.
    active, usual_day, is_pregnant, calls_maternity = (
        User.objects.filter(pk=patient.pk)
        .values_list(
            Subquery(profile.values("active_habits")[:1]),
            Subquery(profile.values("usual_day")[:1]),
            Exists(pregnant),
            Exists(facts.filter(pregnant_or_just_after(today))),
        )
        .get()
    )
    place = (
        Episode.objects.owned_by(patient)
        .filter(night__patient_id=patient.pk, night__date__lt=date)
        .exclude(location=None)
        .order_by("-night__date", "-position")
        .values_list("side", "location")
        .first()
    )
    known = {
        key: value
        for key, value in (usual_day or {}).items()
        if key in HABITS_BY_KEY or key.startswith(OWN_HABIT_PREFIX)
    }
    return Setting(
        rows=shown_rows(active),
        usual_day=known,
        is_pregnant=bool(is_pregnant),
        calls_maternity=bool(calls_maternity),
        last_place=f"{place[0]}-{place[1]}" if place and place[0] else "",
    )


@dataclass
class Entry:
    """The forms of one night, bound or not."""

    date: dt.date
    form: NightForm
    episodes: BaseEpisodeForms
    patient: User
    today: dt.date

    @cached_property
    def setting(self) -> Setting:
        """Return the patient's own setting; read only when the page is shown or the usual day saved."""
        setting = setting_of(self.patient, self.date, self.today)
        self.form.show_rows(setting.rows, pregnant=setting.is_pregnant)
        return setting

    @property
    def is_valid(self) -> bool:
        # Both are asked, so that every mistake is named at once.
        return bool(self.form.is_valid() & self.episodes.is_valid())

    @property
    def described_forms(self) -> list[EpisodeForm]:
        """Return the forms of cramps to keep; one without a single answer is counted, not stored."""
        return [
            form
            for form in self.episodes.forms
            if not form.cleaned_data.get("DELETE") and (form.stored or not form.is_blank)
        ]

    @property
    def cramp_count(self) -> int:
        """Return how many cramps are described or counted, whether or not every answer about them is right."""
        described = [form for form in self.episodes.forms if form.is_described]
        count = self.form.cleaned_data.get("episode_count")
        return max(len(described), int((count and count.value) or 0))

    def content(self) -> NightContent:
        """Return the cleaned content of all forms."""
        described = [form.episode() for form in self.described_forms]
        data = self.form.cleaned_data
        return NightContent(self.form.answers(), described, data["shared_note"], data["private_note"])

    def refuse(self, error: NightRefused) -> None:
        """Put the sentences of a refusal beside the fields they are about."""
        for name, sentence in error.errors.items():
            self.form.add_error(name if name in self.form.fields else None, sentence)


def bound_entry(
    data: QueryDict, *, date: dt.date, content: NightContent, patient: User, now: dt.datetime
) -> Entry:
    """Return the forms filled with what was sent."""
    data = data.copy()
    data.setdefault(f"{PREFIX}-TOTAL_FORMS", "0")
    data.setdefault(f"{PREFIX}-INITIAL_FORMS", "0")
    if "delete_cramps" in data:
        data[f"{PREFIX}-TOTAL_FORMS"] = "0"
        data["episode_count"] = data["episode_count_exact"] = ""
    return _entry(data, date=date, content=content, patient=patient, now=now)


def stored_entry(*, date: dt.date, content: NightContent, patient: User, now: dt.datetime) -> Entry:
    """Return the forms showing what is stored, with one blank cramp on a cramp night without any."""
    return _entry(None, date=date, content=content, patient=patient, now=now)


def blank_entry(date: dt.date) -> Entry:
    """Return the forms with nobody's answers, for the page that is kept for nights without a connection."""
    form = NightForm(None, initial=NightForm.initial_of(NightContent()), asks_next_day=False)
    form.initial["form_session"] = None
    episodes: Any = EpisodeForms(  # type: ignore[call-arg]
        None, stored=[], initial=[{}], form_kwargs={"date": date, "zone": dt.UTC, "starts_at_hour": 12}
    )
    entry = Entry(date, form, episodes, User(), date)
    entry.setting = Setting(list(DEFAULT_ROWS), {}, False, False, "")
    return entry


def _entry(
    data: QueryDict | None, *, date: dt.date, content: NightContent, patient: User, now: dt.datetime
) -> Entry:
    zone = ZoneInfo(content.provenance.get("time_zone") or patient.time_zone)
    starts_at = content.provenance.get("night_starts_at") or patient.night_starts_at
    # A save that is about no own habit does not ask for them.
    own_habits = own_habits_of(by=patient) if data is None or own.keys_sent(data) else []
    form = NightForm(
        data,
        initial=NightForm.initial_of(content) | own.own_initial(content, own.own_fields(own_habits)),
        own_habits=own_habits,
        asks_next_day=now.astimezone(zone).replace(tzinfo=None)
        >= dt.datetime.combine(date + dt.timedelta(days=1), dt.time(12)),
    )
    shown = content.episodes or [{}]
    episodes: Any = EpisodeForms(  # type: ignore[call-arg]  # its own class has `stored`
        data,
        stored=content.episodes,
        initial=[{} for _each in shown],
        form_kwargs={"date": date, "zone": zone, "starts_at_hour": starts_at.hour},
    )
    return Entry(date, form, episodes, patient, now.astimezone(patient.zone).date())


def with_usual_day(
    content: NightContent, usual_day: Mapping[str, Any], own_usual: Mapping[str, Any]
) -> NightContent:
    """Return the content with unanswered habits filled from the usual day; "don't know" stays.

    own_usual: the usual answers about own habits that the page asked for, by key.
    """
    answers = dict(content.answers)
    own = [key for key in HABIT_FIELDS if answers[key] is not None]
    filled = [
        key
        for key in usual_day
        if key in HABITS_BY_KEY and answers[key] is None and key not in answers["dont_know"]
    ]
    for key in filled:
        answers[key] = usual_value(key, usual_day[key])
    banded = {key for key in filled if HABITS_BY_KEY[key].kind == "amount"}
    answers["banded"] = sorted({*answers["banded"], *banded})
    own_filled = {
        key: answer
        for key, answer in own_usual.items()
        if key not in answers["custom_answers"] and f"{OWN_HABIT_PREFIX}{key}" not in answers["dont_know"]
    }
    own += list(answers["custom_answers"])
    answers["custom_answers"] = {**answers["custom_answers"], **own_filled}
    if filled or own_filled:
        answers["habits_source"] = "usual_changed" if own or answers["dont_know"] else "usual"
    content.answers = answers
    return content


def usual_value(key: str, value: Any) -> Any:
    """Return a usual-day answer in the type of its column."""
    habit = HABITS_BY_KEY[key]
    if habit.kind == "amount":
        number = Decimal(str(value))
        return int(number) if habit.step and habit.step >= 1 else number
    return value


def source_of(
    request: HttpRequest, *, session: Any = None, answered_at: str = "", operation_id: str = "",
    entered_via: str = "web",
) -> Source:  # fmt: skip
    """Return where a write comes from: now, its form session, and its operation with the body's hash."""
    now = timezone.now()
    sent_at, moment = parsed_moment(request.POST.get("sent_at", "")), parsed_moment(answered_at)
    if sent_at and moment:
        moment += dt.timedelta(seconds=clock_offset(sent_at, now))
    return Source(
        now=now,
        session=session,
        operation_id=operation_id,
        body_sha256=hashlib.sha256(request.path.encode() + body_of(request.POST)).hexdigest(),
        answered_at=moment,
        entered_via=entered_via,
    )


def body_of(data: QueryDict) -> bytes:
    """Return the sent answers in one fixed order, without tokens that differ between replays."""
    kept = sorted(
        (name, value)
        for name, values in data.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "form_session", "sent_at", "owner")
    )
    return repr(kept).encode("utf-8", "surrogatepass")
