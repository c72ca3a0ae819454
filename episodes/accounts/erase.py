"""Clear the diary, or delete the account: two ways, kept well apart, with a receipt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from episodes.accounts.erasure import ErasureRefused, erase
from episodes.models import Night, User
from episodes.models.erasure import ACCOUNT, DIARY
from episodes.web.audience import SignedInRequest, audience
from episodes.web.limits import is_allowed
from episodes.web.step_up import step_up

EXPORT = "/account/export/"


class EraseForm(forms.Form):
    """The tick that says which way, and the password once more."""

    sure = forms.BooleanField(error_messages={"required": _("Tick the box if you are sure.")})
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["sure"].label = label
        if not user.has_usable_password():  # a passkey alone: the step before this page asked for it
            del self.fields["password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


def _form(request: SignedInRequest, what: str, chosen: str) -> EraseForm:
    label = (
        _("Yes, clear my diary. I know that it cannot be brought back.")
        if what == DIARY
        else _("Yes, delete my account and my diary. I know that they cannot be brought back.")
    )
    return EraseForm(
        request.POST if chosen == what else None, user=request.user, label=label, prefix=what, auto_id="id_%s"
    )


@sensitive_post_parameters()
@audience("signed_in")
@step_up
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: SignedInRequest) -> HttpResponse:
    """Ask which way; a right answer is carried out at once and answered with the receipt."""
    chosen = request.POST.get("what", "")
    forms_by_way = {what: _form(request, what, chosen) for what in (DIARY, ACCOUNT)}
    form, refusal, status = forms_by_way.get(chosen), "", 422 if request.method == "POST" else 200
    if form is not None:
        if not is_allowed(request, "erase"):
            return render(request, "429.html", status=429)
        if form.is_valid():
            try:
                return _receipt(request, chosen)
            except ErasureRefused as error:
                refusal = str(error)
    nights = Night.objects.owned_by(request.user).count()
    context = {
        "nav": "account", "diary_form": forms_by_way[DIARY], "account_form": forms_by_way[ACCOUNT],
        "nights": nights, "export": EXPORT, "refusal": refusal, "backups": settings.PRIVACY["backups"],
    }  # fmt: skip
    return render(request, "account/erase.html", context, status=status)


def _receipt(request: SignedInRequest, what: str) -> HttpResponse:
    receipt = erase(account=request.user, what=what, now=timezone.now(), by=request.user)
    if what == ACCOUNT:
        logout(request)
    context = {"nav": "account", "receipt": receipt, "backups": settings.PRIVACY["backups"]}
    return render(request, "account/erased.html", context)
