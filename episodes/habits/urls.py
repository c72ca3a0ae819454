"""Own habits."""

from django.urls import path

from episodes.habits import views

app_name = "habits"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("add/", views.add, name="habit-add"),
    path("<uuid:pk>/", views.edit, name="habit-edit"),
]
