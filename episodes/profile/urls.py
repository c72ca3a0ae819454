"""Settings, the usual day, first steps, conditions and medicines: part of the namespace `account`."""

from django.urls import path

from episodes.profile import conditions, start, views

CONDITION, MEDICINE = {"kind": "condition"}, {"kind": "medicine"}

urlpatterns = [
    path("", views.overview, name="overview"),
    path("time-zone/", views.time_zone, name="time-zone"),
    path("usual-day/", views.usual_day, name="usual-day"),
    path("health/", conditions.overview, name="health"),
    path("health/conditions/add/", conditions.add, CONDITION, name="condition-add"),
    path("health/conditions/<uuid:pk>/", conditions.edit, CONDITION, name="condition-edit"),
    path("health/conditions/<uuid:pk>/end/", conditions.end, CONDITION, name="condition-end"),
    path("health/conditions/<uuid:pk>/delete/", conditions.delete, CONDITION, name="condition-delete"),
    path("health/medicines/add/", conditions.add, MEDICINE, name="medicine-add"),
    path("health/medicines/<uuid:pk>/", conditions.edit, MEDICINE, name="medicine-edit"),
    path("health/medicines/<uuid:pk>/end/", conditions.end, MEDICINE, name="medicine-end"),
    path("health/medicines/<uuid:pk>/delete/", conditions.delete, MEDICINE, name="medicine-delete"),
    path("start/", start.habits, name="start"),
    path("start/hours/", start.hours, name="start-hours"),
]
