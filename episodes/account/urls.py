"""Accounts: allauth's routes under their own names, then ours."""

from allauth.account import views as library
from allauth.usersessions.views import list_usersessions
from django.urls import path, re_path

from episodes.account import health, views

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
    path("sessions/", list_usersessions, name="usersessions_list"),
]

CONDITION, MEDICINE = {"kind": "condition"}, {"kind": "medicine"}

app_name = "account"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("time-zone/", views.time_zone, name="time-zone"),
    path("usual-day/", views.usual_day, name="usual-day"),
    path("agreement/", views.agreement, name="agreement"),
    path("agreement/<slug:version>/", views.agreement_text, name="agreement-detail"),
    path("health/", health.overview, name="health"),
    path("health/conditions/add/", health.add, CONDITION, name="condition-add"),
    path("health/conditions/<uuid:pk>/", health.edit, CONDITION, name="condition-edit"),
    path("health/conditions/<uuid:pk>/end/", health.end, CONDITION, name="condition-end"),
    path("health/conditions/<uuid:pk>/delete/", health.delete, CONDITION, name="condition-delete"),
    path("health/medicines/add/", health.add, MEDICINE, name="medicine-add"),
    path("health/medicines/<uuid:pk>/", health.edit, MEDICINE, name="medicine-edit"),
    path("health/medicines/<uuid:pk>/end/", health.end, MEDICINE, name="medicine-end"),
    path("health/medicines/<uuid:pk>/delete/", health.delete, MEDICINE, name="medicine-delete"),
]
