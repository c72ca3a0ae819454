"""Tokens for programs: made after a step up, shown once, ended with one tap."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from episodes.models.people import validate_name
from episodes.models.tokens import LONGEST_NAME
from episodes.web.audience import SignedInRequest, audience
from episodes.web.step_up import step_up
from episodes.web.tokens import DAYS, SCOPES, NewToken, TokenRefused, make_token, revoke_token, tokens_of

SCOPE_LABELS = dict(
    zip(
        SCOPES,
        (
            gettext_lazy("Read your nights and your habits"),
            gettext_lazy("Write and delete nights"),
            gettext_lazy("Start and stop a cramp"),
            gettext_lazy("Read your counts and comparisons"),
            gettext_lazy("Take out your whole diary"),
        ),
        strict=True,
    )
)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=LONGEST_NAME,
        validators=[validate_name],
        help_text=gettext_lazy("A name for you, such as “Button by the bed”."),
        error_messages={"required": gettext_lazy("Give the token a name of 1 to 60 letters.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may the program do?"),
        choices=list(SCOPE_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing that the program may do.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long may it work?"),
        choices=[
            (str(DAYS[0]), gettext_lazy("30 days")),
            (str(DAYS[1]), gettext_lazy("90 days")),
            (str(DAYS[2]), gettext_lazy("A year")),
        ],
        coerce=int,
        initial=str(DAYS[1]),
        widget=forms.RadioSelect,
    )


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    return _page(request, TokenForm())


def _page(
    request: SignedInRequest, form: TokenForm, made: NewToken | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "nav": "account",
        "form": form,
        "made": made,
        "tokens": [
            (token, [SCOPE_LABELS[scope] for scope in token.scopes])
            for token in tokens_of(now=timezone.now(), by=request.user)
        ],
    }
    return render(request, "account/tokens.html", context, status=status)


@audience("patient")
@require_POST
@step_up
def make(request: SignedInRequest) -> HttpResponse:
    """Make a token; its text is shown in this answer alone."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        made = make_token(**form.cleaned_data, now=timezone.now(), by=request.user)
    except TokenRefused as refused:
        form.add_error("name", str(refused))
        return _page(request, form, status=422)
    return _page(request, TokenForm(), made)


@audience("patient")
@require_POST
def end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    if not revoke_token(pk=pk, now=timezone.now(), by=request.user):
        raise Http404
    messages.success(request, _("Ended. The program that has this token is now refused."))
    return redirect("account:tokens")
