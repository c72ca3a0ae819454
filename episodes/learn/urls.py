"""Where the page about cramps and restless legs lives."""

from __future__ import annotations

from django.urls import path

from episodes.learn import views

app_name = "learn"

urlpatterns = [path("", views.learn, name="overview")]
