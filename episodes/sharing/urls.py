"""Sharing: consents, who has looked, questions for the visit."""

from django.urls import path

from episodes.sharing import invitations, views

app_name = "sharing"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("clinician/", views.find, name="clinician-find"),
    path("new/", views.grant, name="consent-add"),
    path("consents/<uuid:pk>/", views.detail, name="consent-detail"),
    path("consents/<uuid:pk>/change/", views.change, name="consent-change"),
    path("consents/<uuid:pk>/withdraw/", views.withdraw, name="consent-withdraw"),
    path("mails/", views.mails, name="mails"),
    path("texts/<slug:version>/", views.text, name="text-detail"),
    path("invitations/", invitations.overview, name="invitation-list"),
    path("invitations/add/", invitations.add, name="invitation-add"),
    path("invitations/<uuid:pk>/take-back/", invitations.take_back, name="invitation-take-back"),
    path("looks/", views.looks, name="look-list"),
    path("looks/<int:sequence>/report/", views.report, name="look-report"),
    path("questions/add/", views.ask, name="question-add"),
    path("questions/<uuid:pk>/remove/", views.unask, name="question-remove"),
]
