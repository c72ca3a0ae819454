"""The second step of log-in: allauth's forms in our words, and its code as a drawing."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import qrcode
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as library_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import BooleanField, CharField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse

from episodes.accounts.library_forms import in_our_words
from episodes.models import User
from episodes.models.people import validate_name

CODE_LIVES_SECONDS = 120  # longer than a code counts, the neighbours included


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Set up a code app or a passkey first."),
        "incorrect_code": _("This did not fit. Use the newest code, or try again."),
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the drawing that a code app reads: one path, without styles, on a light ground."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        code.make(fit=True)
        matrix = code.get_matrix()
        squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark]
        return format_html(
            '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
            '<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d="{2}"/></svg>',
            len(matrix),
            gettext("Picture for your code app"),
            mark_safe("".join(squares)),  # noqa: S308  numbers of our own
        )

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        there = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)s") % {"number": there + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Crampdiary"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.username}


class CodeOnce:
    """A form whose code counts once: the library forgets a used code before the code itself runs out."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, code=_("Code"))
        self.fields["code"].widget.attrs.update(inputmode="numeric", autocapitalize="off")  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not cache.add(f"code-used:{self.user.pk}:{normalize_user_code(code)}", "y", CODE_LIVES_SECONDS):
            raise library_adapter().validation_error("incorrect_code")
        return code


class CodeForm(CodeOnce, base.AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgainForm(CodeOnce, base.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateCodeAppForm(CodeOnce, totp.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The 6 digits that the app shows now")


# What the library raises on an answer that no browser gives, besides its own validation error.
MALFORMED = (ValueError, TypeError, KeyError, AttributeError, IndexError, struct.error)


@contextmanager
def no_browser_answers_so() -> Iterator[None]:
    """Turn what the library trips over into the sentence for a credential that does not fit."""
    try:
        yield
    except MALFORMED:
        raise library_adapter().validation_error("incorrect_code") from None


class CredentialChecked:
    """A form that refuses a malformed credential instead of breaking on it."""

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        # A browser writes plain letters here, and PostgreSQL stores no others in every case.
        if not isinstance(credential, dict) or "\\u" in json.dumps(credential):
            raise library_adapter().validation_error("incorrect_code")
        with no_browser_answers_so():
            cleaner = getattr(super(), "clean_credential", None)
            return cleaner() if cleaner else credential

    def clean(self) -> Any:
        with no_browser_answers_so():
            return super().clean()  # type: ignore[misc]


class AddPasskeyForm(CredentialChecked, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = CharField(
        label=_("A name, to tell it from others"), max_length=100, required=False, validators=[validate_name]
    )
    passwordless = BooleanField(
        label=_("Log in with it alone, without the password"),
        required=False,
        initial=True,
        help_text=_("The device then asks for your finger, your face or its PIN."),
    )

    def clean(self) -> Any:
        """Keep with the passkey whether its owner wants to log in with it alone, whatever the device can do."""
        cleaned = super().clean()
        if isinstance(credential := self.cleaned_data.get("credential"), dict):
            credential["clientExtensionResults"] = {"credProps": {"rk": self.cleaned_data["passwordless"]}}
        return cleaned


class RenamePasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = CharField(label=_("Name"), max_length=100, validators=[validate_name])


class PasskeyForm(CredentialChecked, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyLoginForm(CredentialChecked, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        """Return the passkey where it proved its owner and is one to log in with alone."""
        answer = self.cleaned_data["credential"]
        passkey: Authenticator = super().clean_credential()
        with no_browser_answers_so():
            proof = AuthenticationResponse.from_dict(answer).response.authenticator_data
        if not proof.is_user_verified():
            raise library_adapter().validation_error("incorrect_code")
        if not passkey.wrap().is_passwordless:
            raise ValidationError(_("This passkey is for the second step. Log in with your password first."))
        return passkey


class PasskeyAgainForm(CredentialChecked, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass
