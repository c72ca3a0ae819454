from __future__ import annotations

from django.urls import path

from episodes.trends import views

app_name = "trends"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("change/", views.change, name="change"),
    path("factors/", views.factor_list, name="factor-list"),
    path("factors/<slug:key>/", views.factor, name="factor-detail"),
]
