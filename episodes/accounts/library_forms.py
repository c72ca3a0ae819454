"""allauth's own forms in our words: plain labels, no text that vanishes while one types."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as library
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from episodes.accounts.actions import keep_password_in_one_spelling
from episodes.models.names import one_spelling

LONGEST_LOGIN = 254
FIELD_REQUIRED = Field.default_error_messages["required"]
PASSWORD_HELP = _("At least 12 characters. A few words in a row are easy to keep in mind.")


# A phone makes the first letter a capital and corrects what it takes for a word.
AS_TYPED = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
NAMES = ("login", "username", "email")


def in_our_words(form: Any, **labels: Any) -> None:
    """Give the fields of a form plain labels, take the placeholders away, and let names stay as they are typed."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in NAMES:
            field.widget.attrs.update(AS_TYPED)
        if field.error_messages["required"] == FIELD_REQUIRED:
            field.error_messages["required"] = _("Please fill this in.")
    for name, label in labels.items():
        form.fields[name].label = label


class LoginForm(library.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, login=_("User name or e-mail"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        # No name and no address is longer, and SQLite refuses to compare with far longer ones.
        self.fields["login"].validators.append(MaxLengthValidator(LONGEST_LOGIN))
        self.fields["password"].help_text = ""  # its link stands below the form, after what one types

    def clean_login(self) -> str:
        return one_spelling(super().clean_login())

    def clean(self) -> Any:
        """Log in, and keep a password that was stored as it was typed in its one spelling from now on."""
        cleaned = super().clean()
        if self.user is not None:
            keep_password_in_one_spelling(typed=self.cleaned_data["password"], by=self.user)
        return cleaned

    def user_credentials(self) -> dict[str, Any]:
        """Return the e-mail or the user name, never both: each would cost a hash, and user names hold no @."""
        credentials: dict[str, Any] = super().user_credentials()
        if "email" in credentials:
            credentials.pop("username", None)
        return credentials


class SignUpForm(library.SignupForm):  # type: ignore[misc]
    field_order = (
        "username",
        "email",
        "password1",
        "time_zone",
        "language",
        "text_version",
        "agrees",
        "is_old_enough",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, username=_("User name"), email=_("E-mail"), password1=_("Password"))
        self.fields["username"].help_text = _("You log in with it. It need not be your real name.")
        self.fields["email"].help_text = _("Only needed to set a new password if you forget yours.")
        self.fields["password1"].help_text = PASSWORD_HELP

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Return the new account and no answer, or no account and the page that says what to change.

        Account, agreement and settings are kept together or not at all.
        """
        try:
            with transaction.atomic():
                user, response = super().try_save(request)
                return user, response
        except IntegrityError:  # somebody took the name between the check and the writing
            self.add_error("username", _("This user name is taken: please choose another."))
            return None, render(request, "account/signup.html", {"form": self}, status=422)


class SameTwice:
    """A new password is typed twice, and may be typed on two systems."""

    cleaned_data: dict[str, Any]

    def clean_password2(self) -> str:
        return one_spelling(self.cleaned_data["password2"])


class ChangePasswordForm(SameTwice, library.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(
            self,
            oldpassword=_("Your password now"),
            password1=_("New password"),
            password2=_("New password once more"),
        )
        self.fields["password1"].help_text = PASSWORD_HELP


class SetPasswordForm(SameTwice, library.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, password1=_("New password"), password2=_("New password once more"))
        self.fields["password1"].help_text = PASSWORD_HELP


class ResetPasswordForm(library.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, email=_("E-mail"))


class ResetPasswordKeyForm(SameTwice, library.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, password1=_("New password"), password2=_("New password once more"))
        self.fields["password1"].help_text = PASSWORD_HELP


class AddEmailForm(library.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, email=_("New e-mail"))


class ReauthenticateForm(library.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, password=_("Password"))
