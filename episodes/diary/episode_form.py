"""One cramp of the night form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from episodes.diary.exact import exact_answer
from episodes.diary.fields import EXACT, AmountField, Option, OptionsField
from episodes.diary.forms import DIFFER, YES_NO, ZERO_TO_TEN, DiaryForm
from episodes.nights.content import asks_about_the_hour, is_over_an_hour
from episodes.questions import choices
from episodes.stats.nights import instant_of, is_doubled


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
