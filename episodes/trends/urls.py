from __future__ import annotations

from django.urls import path

from episodes.trends import views

app_name = "trends"

urlpatterns = [
    path("", views.overview, name="overview"),
]
