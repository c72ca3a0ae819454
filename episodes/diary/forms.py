"""The night form: one form for the night, one for each cramp."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from episodes.diary import own_habits as own
from episodes.diary.exact import exact_answer
from episodes.diary.fields import DONT_KNOW, EXACT, Amount, AmountField, NoteField, Option, OptionsField
from episodes.diary.printed import Question
from episodes.models import HABIT_FIELDS, RESTLESS_QUESTIONS, CustomHabit
from episodes.nights.content import NightContent, asks_about_the_hour, is_over_an_hour
from episodes.questions import choices
from episodes.questions.habits import DEFAULT_ROWS, HABITS, HABITS_BY_KEY, Habit
from episodes.stats.nights import instant_of, is_doubled

YES_NO = (("no", _("No")), ("yes", _("Yes")))
ZERO_TO_TEN = tuple((str(number), str(number)) for number in range(11))
DIFFER = _("The button and what you wrote differ. Empty the box, or choose the button that fits.")
HOW_MUCH = ((0, _("No"), 0, 0), (3, _("A little"), 1, 4), (7, _("A lot"), 5, 10))


def habit_field(habit: Habit) -> forms.Field:
    """Return the form field of a habit: buttons, an exact number where it is an amount, "don't know"."""
    label = translate(habit.label)
    if habit.kind == "amount":
        return AmountField(
            [(band.value, band.label, band.lowest, band.highest) for band in habit.bands],
            low=habit.minimum or 0, high=habit.maximum or 0, step=habit.step or 1,
            unit=habit.unit, label=label, help_text=habit.question, dont_know=True,
            css="options-pain" if habit.key.endswith("0_10") else "",
        )  # fmt: skip
    if habit.kind == "levels":
        answers = [(level.key, level.label) for level in habit.levels]
        stored = int if habit.levels_are_numbers else str
        return OptionsField(answers, label=label, help_text=habit.question, stored=stored, dont_know=True)
    return OptionsField(YES_NO, label=label, help_text=habit.question, stored=bool, dont_know=True)


class DiaryForm(forms.Form):
    """Shared by the two forms: printing through crispy, options with the right one chosen."""

    def field_options(self, name: str) -> list[Option]:
        field = self.fields[name]
        options: list[Option] = field.options(str(self[name].value() or ""))  # type: ignore[attr-defined]
        return options

    def newly_chosen(self, name: str) -> str:
        """Return the button that was chosen now; "" for none, and for the one that stands for what is stored."""
        chosen: str = self.data.get(self.add_prefix(name), "")
        return "" if chosen == (self.initial.get(name) or "") else chosen

    def typed_number(self, name: str) -> str:
        """Return the number typed beside the buttons of a question; "" on a page that shows what is stored."""
        typed: str = self.data.get(f"{self.add_prefix(name)}_exact", "")
        return typed

    def layout_of(self, names: list[str]) -> FormHelper:
        """Return a crispy helper that prints these fields and nothing else."""
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.render_hidden_fields = False
        helper.form_show_errors = False  # the page lists them once, the field templates print their own
        helper.layout = Layout(*(self._printed_by(name) for name in names))
        return helper

    def _printed_by(self, name: str) -> Field:
        template = getattr(self.fields[name], "template", "crampdiary/field.html")
        is_ours = template == OptionsField.template and not name.startswith(own.name_of(""))
        return (Question if is_ours else Field)(name, template=template)


def _amount(label: Any, **kwargs: Any) -> AmountField:
    return AmountField(HOW_MUCH, low=0, high=10, step=1, label=label, **kwargs)


class NightForm(DiaryForm):
    """The whole night as one form; absent means unanswered; only `outcome` is required."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    operation_id = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    form_session = forms.UUIDField(required=False, widget=forms.HiddenInput)
    answered_at = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    outcome = OptionsField(
        [
            ("no_cramps", _("No cramp")),
            ("cramps", _("Yes")),
            ("unsure", _("Not sure")),
            ("not_in_bed", _("I was not in bed")),
        ],
        label=_("Did you have a leg cramp?"),
        css="options-two",
        required=True,
        error_messages={"required": _("Choose an answer: no cramp, yes, not sure, or not in bed.")},
    )
    episode_count = AmountField(
        [(1, "1"), (2, "2"), (3, "3"), (4, "4")],
        low=1,
        high=20,
        step=1,
        label=_("How many cramps in all?"),
        css="options-four",
    )
    soreness_morning_0_10 = _amount(_("Sore this morning?"))
    sleep_disturbance_0_10 = _amount(_("Did it disturb your sleep?"))
    soreness_next_day_0_10 = _amount(_("Sore on the day after?"))
    kept_awake_minutes = AmountField(
        [
            (0, _("Not at all"), 0, 0), (10, _("Under 20 minutes"), 1, 19), (40, _("20 to 60 minutes"), 20, 60),
            (90, _("Over an hour"), 61, 600),
        ],
        low=0, high=600, step=1, unit=_("minutes"), label=_("How long did it keep you awake?"),
    )  # fmt: skip
    sleep_quality_1_5 = OptionsField(choices.SLEEP_QUALITY, label=_("How did you sleep?"), stored=int)
    restless_legs = OptionsField(
        [("no", _("No")), ("yes", _("Yes")), ("unsure", _("Not sure"))],
        label=_(
            "Do you think your legs were restless? The page “Cramp or restless legs?” tells what that is."
        ),
    )
    leg_warning_sign = OptionsField(
        choices.LEG_WARNING_SIGN, label=_("Is a leg swollen, red or hot?"), css="options-two"
    )
    numbness = OptionsField(YES_NO, label=_("Is a leg numb?"), stored=bool)
    weakness_after = OptionsField(YES_NO, label=_("Was a leg weak afterwards?"), stored=bool)
    shared_note = NoteField(
        label=_("A note you may share"), help_text=_("Read only by people you let read your notes.")
    )
    private_note = NoteField(label=_("A private note"), help_text=_("Nobody but you ever reads this."))

    def __init__(
        self, *args: Any, asks_next_day: bool, own_habits: Sequence[CustomHabit] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, question in choices.RESTLESS_QUESTIONS:
            self.fields[name] = OptionsField(
                [("yes", _("Yes")), ("no", _("No")), ("unsure", _("Not sure"))], label=translate(question)
            )
        for habit in HABITS:
            self.fields[habit.key] = habit_field(habit)
        self.own_habits = own_habits
        self.own_fields = own.own_fields(own_habits)
        self.fields.update(self.own_fields)
        self.own_sent = own.keys_sent(self.data) if self.is_bound else set()
        self.rows = list(DEFAULT_ROWS)
        self.asks_next_day = asks_next_day

    def show_rows(self, rows: list[str], *, pregnant: bool) -> None:
        """Choose the habits shown first; alcohol is off by default in pregnancy."""
        self.rows = [key for key in rows if not (pregnant and HABITS_BY_KEY[key].off_in_pregnancy)]

    @classmethod
    def initial_of(cls, content: NightContent) -> dict[str, Any]:
        """Return the form values that stand for stored content."""
        initial: dict[str, Any] = {
            "version": content.version,
            "shared_note": content.shared_note,
            "private_note": content.private_note,
            "form_session": uuid.uuid4(),
        }
        fields = {**cls.base_fields, **{habit.key: habit_field(habit) for habit in HABITS}}
        for name, answer in content.answers.items():
            field = fields.get(name)
            if name in content.answers["dont_know"]:
                initial[name] = DONT_KNOW
            elif isinstance(field, AmountField):
                initial[name] = field.shown(Amount(answer, name in content.answers["banded"]))
            elif isinstance(field, OptionsField):
                initial[name] = field.shown(answer)
            elif name in RESTLESS_QUESTIONS:
                initial[name] = answer or ""
        return initial

    # What the page prints, section by section.
    @property
    def outcome_layout(self) -> FormHelper:
        return self.layout_of(["outcome"])

    @property
    def after_cramp_layout(self) -> FormHelper:
        names = ["soreness_morning_0_10", "sleep_disturbance_0_10"]
        return self.layout_of([*names, "soreness_next_day_0_10"] if self.asks_next_day else names)

    @property
    def count_layout(self) -> FormHelper:
        return self.layout_of(["episode_count"])

    @property
    def more_layout(self) -> FormHelper:
        return self.layout_of(
            ["kept_awake_minutes", "sleep_quality_1_5", "leg_warning_sign", "numbness", "weakness_after"]
        )

    @property
    def restless_layout(self) -> FormHelper:
        return self.layout_of([*RESTLESS_QUESTIONS, "restless_legs"])

    @property
    def day_layout(self) -> FormHelper:
        return self.layout_of([key for key in self.rows if HABITS_BY_KEY[key].group == "day"])

    @property
    def evening_layout(self) -> FormHelper:
        return self.layout_of([key for key in self.rows if HABITS_BY_KEY[key].group == "evening"])

    @property
    def other_layout(self) -> FormHelper:
        return self.layout_of([key for key in HABIT_FIELDS if key not in self.rows])

    @property
    def own_shown(self) -> list[str]:
        """Return the keys of the own habits that the page asks about."""
        return [habit.key for habit in self.own_habits if habit.active]

    @property
    def own_layout(self) -> FormHelper:
        return self.layout_of([own.name_of(key) for key in self.own_shown])

    @property
    def notes_layout(self) -> FormHelper:
        return self.layout_of(["shared_note", "private_note"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.own_sent - {habit.key for habit in self.own_habits}:
            self.add_error(
                None,
                _("One of these habits is not in your list. Reload the page to see your habits as they are."),
            )
        for name, field in self.fields.items():
            exact = self.data.get(f"{name}_exact", "").strip()
            if exact and isinstance(field, AmountField):
                try:
                    data[name] = field.clean(exact)
                except ValidationError as error:
                    self.add_error(name, error)
                    continue
                chosen, number = self.newly_chosen(name), data[name].value
                if chosen and (number is None or not field.says(chosen, number)):
                    self.add_error(name, DIFFER)  # which of the two was the last answer is not known
        return data

    def answers(self) -> dict[str, Any]:
        """Return the cleaned answers by field name, with `banded` and `dont_know` filled."""
        answers: dict[str, Any] = {}
        banded, dont_know = [], []
        for name, value in self.cleaned_data.items():
            if isinstance(value, Amount):
                answers[name] = value.value
                if value.is_banded:
                    banded.append(name)
                if value.is_dont_know:
                    dont_know.append(name)
            elif value == DONT_KNOW:
                answers[name] = None
                dont_know.append(name)
            else:
                answers[name] = value
        for name in ("episode_count", "activity", "fluid_ml", "stretched_minutes", "kept_awake_minutes"):
            answers[name] = None if answers.get(name) is None else int(answers[name])
        for name in [name for name in answers if name.endswith("_0_10")]:
            answers[name] = None if answers[name] is None else int(answers[name])
        answers["custom_answers"] = own.own_answers(answers, self.own_fields)
        answers["banded"], answers["dont_know"] = sorted(banded), sorted(dont_know)
        return answers


def shown_rows(active_habits: list[str] | None) -> list[str]:
    """Return the habit rows shown first: the patient's choice, else the six start rows."""
    wanted = DEFAULT_ROWS if active_habits is None else active_habits
    return [key for key in HABIT_FIELDS if key in wanted]


class EpisodeForm(DiaryForm):
    """One cramp. Nothing is required and nothing is chosen beforehand."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)  # of a cramp timed on this device
    DELETE = forms.BooleanField(required=False, label=_("Remove this cramp"))
    place = forms.CharField(required=False, label=_("Where?"))
    location = OptionsField(choices.LOCATION, label=_("Where?"))
    side = OptionsField(choices.SIDE, label=_("Which leg?"))
    duration_band = OptionsField(choices.DURATION_BAND, label=_("How long?"), css="options-two")
    duration_seconds = AmountField([], low=1, high=7200, step=1, label=_("How long, in seconds?"))
    duration_minutes = AmountField(
        [], low=0, high=120, step=0.1, unit=_("minutes"), label=_("Exactly how many minutes?")
    )
    over_an_hour_confirmed = forms.BooleanField(required=False)
    pain_0_10 = OptionsField(ZERO_TO_TEN, label=_("How bad was the pain?"), css="options-pain", stored=int)
    part_of_night = OptionsField(choices.PART_OF_NIGHT, label=_("When in the night?"), css="options-two")
    started_at = forms.CharField(required=False, max_length=5, label=_("Exact time"))
    second_time = forms.BooleanField(required=False, label=_("The second time the clock showed this hour"))
    remedies = forms.MultipleChoiceField(
        choices=lambda: [(value, translate(label)) for value, label in choices.REMEDY],
        required=False,
        label=_("What did you do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the answers shown.")},
    )
    helped = OptionsField(choices.HELPED, label=_("Did it help?"))
    woke_me = OptionsField(YES_NO, label=_("Did it wake you?"), stored=bool)
    felt = OptionsField(choices.FELT, label=_("What did you feel?"))
    wanted_to = OptionsField(choices.WANTED_TO, label=_("What did you want to do?"))
    hard_knot = OptionsField(YES_NO, label=_("Was there a hard, painful knot?"), stored=bool)
    could_not_move = OptionsField(YES_NO, label=_("Could you not move the leg?"), stored=bool)
    toe_curl_or_twist = OptionsField(YES_NO, label=_("Did the toes curl or the foot twist?"), stored=bool)
    fell = OptionsField(YES_NO, label=_("Did you fall?"), stored=bool)

    def __init__(
        self,
        *args: Any,
        date: dt.date,
        zone: Any,
        starts_at_hour: int,
        stored: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.date, self.zone, self.starts_at_hour, self.stored = date, zone, starts_at_hour, stored
        kwargs["initial"] = self._initial_of(stored) if stored else None
        super().__init__(*args, **kwargs)
        self.fields["remedies"].template = "diary/_chips.html"  # type: ignore[attr-defined]
        self.asks_over_an_hour = False
        self.has_stored_hour = is_over_an_hour(stored or {})

    def _initial_of(self, stored: dict[str, Any]) -> dict[str, Any]:
        initial: dict[str, Any] = {name: OptionsField.shown(self.base_fields[name], stored.get(name))  # type: ignore[arg-type]
                   for name, field in self.base_fields.items() if isinstance(field, OptionsField)}  # fmt: skip
        initial["id"] = stored["id"]
        place = f"{stored.get('side') or ''}-{stored.get('location') or ''}"
        initial["place"] = "" if place == "-" else place
        if stored.get("duration_seconds"):
            initial["duration_band"] = f"{EXACT}{stored['duration_seconds']}"
        if stored.get("started_at"):
            local = stored["started_at"].astimezone(self.zone)
            initial["part_of_night"] = f"{EXACT}{local:%H:%M}{'+' if local.fold else ''}"
        initial["remedies"] = [use["remedy"] for use in stored["remedies"]]
        helped = {use["helped"] for use in stored["remedies"]}
        initial["helped"] = (helped.pop() or "") if len(helped) == 1 else ""
        return initial

    def field_options(self, name: str) -> list[Option]:
        options = super().field_options(name)
        chosen = str(self[name].value() or "")
        if chosen.startswith(EXACT):
            words, band = exact_answer(name, chosen[1:])
            if band not in [option.value for option in options]:
                return [*options, Option(chosen, words, True)]
            options = [
                Option(chosen, option.label, True, words, band) if option.value == band else option
                for option in options
            ]
        return options

    @property
    def has_doubled_hour(self) -> bool:
        """Return whether the clock goes back in this night, so that an hour comes twice."""
        return any(is_doubled(self.date, dt.time(hour), self.zone, self.starts_at_hour) for hour in range(6))

    @property
    def length_layout(self) -> FormHelper:
        return self.layout_of(["duration_band"])

    @property
    def main_layout(self) -> FormHelper:
        return self.layout_of(["pain_0_10", "part_of_night", "remedies", "helped"])

    @property
    def more_layout(self) -> FormHelper:
        return self.layout_of(
            ["woke_me", "hard_knot", "felt", "wanted_to", "could_not_move", "toe_curl_or_twist", "fell"]
        )

    @property
    def has_written(self) -> bool:
        """Return whether the page brings back what was written or ticked where it is folded away."""
        return any(self[name].value() for name in ("started_at", "duration_minutes", "DELETE"))

    @property
    def map_choice(self) -> str:
        return str(self["place"].value() or "")

    @property
    def half_place(self) -> str:
        """Return the place if neither picture nor list has it, as when a leg alone was tapped at night."""
        side, _dash, location = self.map_choice.partition("-")
        is_half = bool(side) != bool(location)
        is_known = side in ("", *choices.values(choices.SIDE)) and location in (
            "",
            *choices.values(choices.LOCATION),
        )
        return self.map_choice if is_half and is_known else ""

    def clean_place(self) -> tuple[str | None, str | None] | None:
        text = self.cleaned_data["place"]
        if not text:
            return None
        side, _dash, location = text.partition("-")
        if side not in ("", *choices.values(choices.SIDE)) or location not in (
            "",
            *choices.values(choices.LOCATION),
        ):
            raise ValidationError(_("Choose a place on the picture or from the list."))
        return side or None, location or None

    def full_clean(self) -> None:
        # "=480" keeps an exact answer among the buttons; the field itself knows only its bands.
        self._kept: dict[str, str] = {}
        data: Any = dict(self.data.items()) if not isinstance(self.data, QueryDict) else self.data.copy()
        for name in ("duration_band", "part_of_night"):
            text = data.get(self.add_prefix(name), "")
            if text.startswith(EXACT):
                self._kept[name] = text[1:]
                data[self.add_prefix(name)] = ""
        typed, self.data = self.data, data
        super().full_clean()
        self.data = typed
        if self.is_bound and self.cleaned_data.get("DELETE"):  # what is wrong about it goes with it
            self._errors = ErrorDict()
            self.asks_over_an_hour = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("place"):
            side, location = data["place"]
            if (data.get("side"), data.get("location")) not in ((None, None), (side, location)):
                self.add_error("place", _("The picture and the list name two places: choose one of them."))
            data["side"], data["location"] = side, location
        self._clean_duration(data)
        self._clean_time(data)
        if data.get("helped") and not data.get("remedies"):
            self.add_error("helped", _("Say what you did first, or take this answer back."))
        return data

    def _clean_duration(self, data: dict[str, Any]) -> None:
        seconds = None
        if (minutes := data.get("duration_minutes")) and minutes.value is not None:
            seconds = int(minutes.value * 60) or 1
            if self.newly_chosen("duration_band") not in ("", exact_answer("duration_band", str(seconds))[1]):
                self.add_error("duration_band", DIFFER)
        if (exact := data.get("duration_seconds")) and exact.value is not None:
            seconds = int(exact.value)
        kept = self._kept.get("duration_band", "")
        if seconds is None and kept.isdecimal() and len(kept) <= 4 and 1 <= int(kept) <= 7200:
            seconds = int(kept)
        data["duration_seconds"] = seconds
        if seconds is not None:
            data["duration_band"] = None
        self.asks_over_an_hour = asks_about_the_hour(
            data, self.stored, is_confirmed=bool(data.get("over_an_hour_confirmed"))
        )
        if self.asks_over_an_hour:
            self.add_error(
                "duration_band",
                _("Over an hour is rare. Tick “Yes, over an hour” to confirm, or choose another length."),
            )

    def _clean_time(self, data: dict[str, Any]) -> None:
        typed = data.get("started_at") or ""
        kept = self._kept.get("part_of_night", "")
        text = typed or kept.rstrip("+")
        data["started_at"] = None
        if not text:
            return
        try:
            wall = dt.time.fromisoformat(text)
        except ValueError:
            self.add_error("started_at", _("Write the time as hours and minutes, such as 03:10."))
            return
        if typed and self.newly_chosen("part_of_night") not in ("", exact_answer("part_of_night", typed)[1]):
            self.add_error("part_of_night", DIFFER)
        second = bool(data.get("second_time")) or (not typed and kept.endswith("+"))
        data["started_at"] = instant_of(
            self.date,
            wall.replace(second=0, microsecond=0, tzinfo=None),
            self.zone,
            self.starts_at_hour,
            second,
        )
        data["part_of_night"] = None

    @property
    def is_described(self) -> bool:
        """Return whether something was said about this cramp, right or wrong, and it is not taken out."""
        if self.data.get(self.add_prefix("DELETE")):
            return False
        ignored = {"id", "client_id", "DELETE", "over_an_hour_confirmed", "second_time"}
        return self.stored is not None or any(
            self.data.get(self.add_prefix(name)) for name in self.fields if name not in ignored
        )

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was said about this cramp."""
        ignored = {"id", "client_id", "DELETE", "over_an_hour_confirmed", "second_time", "duration_minutes"}
        return not any(
            value not in (None, "", [], False)
            for name, value in self.cleaned_data.items()
            if name not in ignored
        )

    def episode(self) -> dict[str, Any]:
        """Return the cramp as plain data; what this form does not show is kept from the stored row."""
        data = self.cleaned_data
        kept = self.stored or {}
        names = ("side", "location", "started_at", "part_of_night", "duration_seconds", "duration_band", "pain_0_10",
                 "woke_me", "felt", "wanted_to", "could_not_move", "hard_knot", "toe_curl_or_twist", "fell")  # fmt: skip
        before = {use["remedy"]: use for use in kept.get("remedies", [])}
        remedies = []
        for remedy in sorted(data["remedies"]):
            use = before.get(remedy, {"remedy": remedy, "helped": None, "seconds_to_relief": None})
            remedies.append({**use, "helped": data["helped"] if data["helped"] else self._kept_helped(use)})
        return {
            "id": kept.get("id"), "client_id": kept.get("client_id") or data["client_id"], **{name: data[name] for name in names},
            "is_open": bool(kept.get("is_open")) and data["duration_seconds"] is None and data["duration_band"] is None,
            "remedies": remedies,
        }  # fmt: skip

    def _kept_helped(self, use: dict[str, Any]) -> str | None:
        """Return the stored answer where the one button could not show it: answers differed."""
        stored = {other["helped"] for other in (self.stored or {}).get("remedies", [])}
        return use["helped"] if len(stored) > 1 else None
