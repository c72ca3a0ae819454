"""What operators may do: switch accounts on and off, and say who is a clinician. No health data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from episodes.models import ClinicianCard, User
from episodes.models.people import validate_name
from episodes.review.safe import SafeModelAdmin
from episodes.review.site import review_site
from episodes.web.roles import end_clinician, make_clinician, set_active


def signed_in(request: HttpRequest) -> User:
    """Return who is logged in; the pages here are for operators, so somebody is."""
    assert isinstance(request.user, User)
    return request.user


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whether somebody may log in, and what patients see of a clinician."""

    card_name = forms.CharField(
        label=_("Name that patients see"),
        max_length=100,
        required=False,
        validators=[validate_name],
        help_text=_("Check it before you write it: patients trust it."),
    )
    practice = forms.CharField(
        label=_("Practice"), max_length=150, required=False, validators=[validate_name]
    )

    class Meta:
        model = User
        fields = ("is_active", "is_clinician")
        labels = {"is_active": _("May log in"), "is_clinician": _("Is a clinician")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        card = ClinicianCard.objects.filter(clinician=self.instance).first()
        if card:
            self.initial.update(card_name=card.name, practice=card.practice)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_clinician") and not cleaned.get("card_name", "").strip():
            self.add_error(
                "card_name", ValidationError(_("Write the name that patients will see on the card."))
            )
        return cleaned


class AccountAdmin(SafeModelAdmin):
    """Accounts for operators: names, roles, whether they may log in."""

    form = AccountForm
    list_display = ("username", "display_name", "email", "log_in", "role", "joined")
    list_filter = ("is_active", "is_clinician")
    lookups = ("is_active__exact", "is_clinician__exact")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    list_per_page = 50
    change_list_template = "review/account_list.html"  # without links to pages that do not exist here
    change_form_template = "review/account_form.html"
    fields = (
        "username",
        "display_name",
        "email",
        "joined",
        "is_active",
        "is_clinician",
        "card_name",
        "practice",
    )
    readonly_fields = ("username", "display_name", "email", "joined")

    @admin.display(description=_("May log in"))
    def log_in(self, account: User) -> str:
        return gettext("yes") if account.is_active else gettext("no")

    @admin.display(description=_("Role"))
    def role(self, account: User) -> str:
        roles = [gettext("clinician")] if account.is_clinician else []
        return ", ".join([*roles, gettext("operator")] if account.is_superuser else roles)

    @admin.display(description=_("Joined"), ordering="date_joined")
    def joined(self, account: User) -> str:
        return date_format(account.date_joined, "j M Y")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Accounts"), **(extra_context or {})})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="episodes_user_changelist"),
            path("<uuid:object_id>/change/", wrap(self.account_view), name="episodes_user_change"),
        ]

    def account_view(self, request: HttpRequest, object_id: Any, **kwargs: Any) -> HttpResponse:
        if not User.objects.filter(pk=object_id).exists():
            raise Http404
        return self.change_view(
            request, str(object_id), extra_context={"title": _("Account"), "show_history": False}
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; one's own account cannot be switched off by oneself."""
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and obj.pk == request.user.pk:
            form.base_fields["is_active"].disabled = True
        return form

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Write through the actions: an account's other fields stay as they are."""
        operator = signed_in(request)
        typed = form.cleaned_data
        if "is_active" in form.changed_data:
            set_active(account=obj, is_active=typed["is_active"], by=operator)
        if typed["is_clinician"] and {"is_clinician", "card_name", "practice"} & set(form.changed_data):
            make_clinician(account=obj, name=typed["card_name"], practice=typed["practice"], by=operator)
        elif "is_clinician" in form.changed_data:
            end_clinician(account=obj, by=operator)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep Django's log opaque: the id of the account, never its name."""
        return LogEntry.objects.create(
            user_id=signed_in(request).pk,
            content_type=ContentType.objects.get_for_model(User),
            object_id=str(obj.pk),
            object_repr=str(obj.pk),
            action_flag=CHANGE,
            change_message="",
        )


review_site.register(User, AccountAdmin)
