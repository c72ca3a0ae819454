"""What sign-up asks beside name and password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from episodes.accounts.actions import complete_sign_up
from episodes.article.consent_texts import STORING_TEXTS, STORING_VERSION, ConsentText, storing_text
from episodes.models import User
from episodes.web.forms import TimeZoneField


class SignupExtra(forms.Form):
    """What we ask at sign-up besides name and password; allauth puts its own fields on top."""

    time_zone = TimeZoneField(
        initial="Europe/London", help_text=_("Your nights are kept on this clock. You can change it later.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    text_version = forms.ChoiceField(
        choices=[(version, version) for version in STORING_TEXTS], required=False, widget=forms.HiddenInput
    )
    agrees = forms.BooleanField(
        error_messages={
            "required": _("Tick this box if we may store your diary. Without it there can be no diary.")
        }
    )
    is_old_enough = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = {"years": settings.MINIMUM_AGE_YEARS}
        self.fields["text_version"].initial = STORING_VERSION
        self.fields["agrees"].label = gettext(storing_text().agreement)
        self.fields["is_old_enough"].label = _("I am %(years)s years old or older.") % years
        self.fields["is_old_enough"].error_messages["required"] = (
            _("Tick this box if it is true. You must be %(years)s or older to keep a diary here.") % years
        )
        self.fields["language"].initial = get_language()

    @property
    def consent_text(self) -> ConsentText:
        return storing_text()

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the clock, the language and the agreement of the account that was just made."""
        complete_sign_up(
            time_zone=self.cleaned_data["time_zone"],
            language=self.cleaned_data["language"] or get_language() or settings.LANGUAGE_CODE,
            text_version=self.cleaned_data["text_version"] or STORING_VERSION,
            now=timezone.now(),
            by=user,
        )
