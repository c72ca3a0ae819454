"""Personal experiments: start one, tonight's instruction, the result."""

from django.urls import path

from episodes.experiments import views

app_name = "experiments"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("check/", views.check, name="check"),
    path("start/", views.start, name="start"),
    path("<uuid:pk>/", views.experiment, name="experiment-detail"),
    path("<uuid:pk>/followed/", views.followed, name="experiment-followed"),
    path("<uuid:pk>/stop/", views.stop, name="experiment-stop"),
]
