"""Remedies: how, for whom not, how sure, and what the patient noted."""

from django.urls import path

from episodes.remedies import views

app_name = "remedies"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("plan/", views.set_plan, name="plan-set"),
    path("plan/done/", views.plan_done, name="plan-answer"),
    path("<slug:key>/", views.remedy, name="remedy-detail"),
]
