"""The night form: one form for the night, one for each cramp."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from episodes.diary import own_habits as own
from episodes.diary.fields import DONT_KNOW, Amount, AmountField, NoteField, Option, OptionsField
from episodes.diary.printed import Question
from episodes.models import HABIT_FIELDS, RESTLESS_QUESTIONS, CustomHabit
from episodes.nights.content import NightContent
from episodes.questions import choices
from episodes.questions.habits import DEFAULT_ROWS, HABITS, HABITS_BY_KEY, Habit

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
