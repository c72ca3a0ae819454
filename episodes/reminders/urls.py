"""Reminders and their calendar: part of the namespace `account`."""

from django.urls import path

from episodes.reminders import views

urlpatterns = [
    path("start/reminder/", views.start, name="start-reminder"),
    path("reminders/", views.overview, name="reminders"),
    path("reminders/later/", views.later, name="reminder-later"),
    path("reminders/go-on/", views.go_on, name="reminder-go-on"),
    path("reminders/diary.ics", views.calendar_file, name="reminder-file"),
    path("reminders/calendar/make/", views.calendar_make, name="reminder-calendar-make"),
    path("reminders/calendar/end/", views.calendar_end, name="reminder-calendar-end"),
    path("reminders/calendar/<str:token>.ics", views.calendar, name="reminder-calendar"),
    path("reminders/browser/", views.subscribe, name="reminder-subscribe"),
    path("reminders/browser/remove/", views.unsubscribe, name="reminder-unsubscribe"),
]
