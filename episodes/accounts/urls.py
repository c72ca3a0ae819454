"""Accounts: allauth's routes under their own names, then ours."""

from allauth.account import views as library
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

from episodes.accounts import erase, factor_views, sessions, tokens, views

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

# With those of profile and reminders, these are the namespace `account`: all stand below /account/.
urlpatterns = [
    path("sessions/<int:pk>/end/", sessions.end_session, name="session-end"),
    path("erase/", erase.overview, name="erase"),
    path("tokens/", tokens.overview, name="tokens"),
    path("tokens/make/", tokens.make, name="token-make"),
    path("tokens/<uuid:pk>/end/", tokens.end, name="token-end"),
    path("agreement/", views.agreement, name="agreement"),
    path("agreement/<slug:version>/", views.agreement_text, name="agreement-detail"),
]
