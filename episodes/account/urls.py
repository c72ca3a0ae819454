"""Accounts: allauth's routes under their own names, then ours."""

from allauth.account import views as library
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

from episodes.account import erase, factor_views, health, reminders, sessions, start, tokens, views

of_one_row = require_http_methods(["GET", "HEAD", "POST"])  # the library would answer OPTIONS for any row

# Only these of allauth's routes exist here. The names have no namespace: the library asks for them.
library_urlpatterns = [
    path("signup/", library.signup, name="account_signup"),
    path("login/", library.login, name="account_login"),
    path("logout/", library.logout, name="account_logout"),
    path("inactive/", library.account_inactive, name="account_inactive"),
    path("reauthenticate/", library.reauthenticate, name="account_reauthenticate"),
    path("email/", library.email, name="account_email"),
    path("confirm-email/", library.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", library.confirm_email, name="account_confirm_email"),
    path("password/change/", library.password_change, name="account_change_password"),
    path("password/set/", library.password_set, name="account_set_password"),
    path("password/reset/", library.password_reset, name="account_reset_password"),
    path("password/reset/done/", library.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        library.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        library.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sessions/", sessions.SessionList.as_view(), name="usersessions_list"),
    path("two-step/", base.index, name="mfa_index"),
    path("two-step/log-in/", factor_views.SecondStep.as_view(), name="mfa_authenticate"),
    path("two-step/again/", base.reauthenticate, name="mfa_reauthenticate"),
    path("two-step/app/", factor_views.AddCodeApp.as_view(), name="mfa_activate_totp"),
    path("two-step/app/remove/", factor_views.RemoveCodeApp.as_view(), name="mfa_deactivate_totp"),
    path("two-step/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("two-step/codes/new/", factor_views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path(
        "two-step/codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", factor_views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/log-in/", factor_views.LogInWithPasskey.as_view(), name="mfa_login_webauthn"),
    path("passkeys/again/", factor_views.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/", of_one_row(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "passkeys/<int:pk>/remove/",
        of_one_row(factor_views.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
]

CONDITION, MEDICINE = {"kind": "condition"}, {"kind": "medicine"}

app_name = "account"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("time-zone/", views.time_zone, name="time-zone"),
    path("usual-day/", views.usual_day, name="usual-day"),
    path("agreement/", views.agreement, name="agreement"),
    path("agreement/<slug:version>/", views.agreement_text, name="agreement-detail"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="session-end"),
    path("erase/", erase.overview, name="erase"),
    path("health/", health.overview, name="health"),
    path("health/conditions/add/", health.add, CONDITION, name="condition-add"),
    path("health/conditions/<uuid:pk>/", health.edit, CONDITION, name="condition-edit"),
    path("health/conditions/<uuid:pk>/end/", health.end, CONDITION, name="condition-end"),
    path("health/conditions/<uuid:pk>/delete/", health.delete, CONDITION, name="condition-delete"),
    path("health/medicines/add/", health.add, MEDICINE, name="medicine-add"),
    path("health/medicines/<uuid:pk>/", health.edit, MEDICINE, name="medicine-edit"),
    path("health/medicines/<uuid:pk>/end/", health.end, MEDICINE, name="medicine-end"),
    path("health/medicines/<uuid:pk>/delete/", health.delete, MEDICINE, name="medicine-delete"),
    path("tokens/", tokens.overview, name="tokens"),
    path("tokens/make/", tokens.make, name="token-make"),
    path("tokens/<uuid:pk>/end/", tokens.end, name="token-end"),
    path("start/", start.habits, name="start"),
    path("start/hours/", start.hours, name="start-hours"),
    path("start/reminder/", start.reminder, name="start-reminder"),
    path("reminders/", reminders.overview, name="reminders"),
    path("reminders/later/", reminders.later, name="reminder-later"),
    path("reminders/go-on/", reminders.go_on, name="reminder-go-on"),
    path("reminders/diary.ics", reminders.calendar_file, name="reminder-file"),
    path("reminders/calendar/make/", reminders.calendar_make, name="reminder-calendar-make"),
    path("reminders/calendar/end/", reminders.calendar_end, name="reminder-calendar-end"),
    path("reminders/calendar/<str:token>.ics", reminders.calendar, name="reminder-calendar"),
    path("reminders/browser/", reminders.subscribe, name="reminder-subscribe"),
    path("reminders/browser/remove/", reminders.unsubscribe, name="reminder-unsubscribe"),
]
