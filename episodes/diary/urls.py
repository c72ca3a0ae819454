"""Today, nights, calendar."""

from django.urls import path, register_converter

from episodes.diary import calendar, evening, morning, now, offline, views
from episodes.diary.converters import DateConverter

register_converter(DateConverter, "date")

app_name = "diary"
urlpatterns = [
    path("", morning.today, name="today"),
    path("now/", now.now, name="now"),
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("offline/night/", offline.offline_night, name="offline-night"),
    path("nights/last/", offline.last, name="night-last"),
    path("nights/bin/", views.night_bin, name="night-bin"),
    path("nights/<date:date>/", views.night, name="night-detail"),
    path("nights/<date:date>/outcome/", views.outcome, name="night-outcome"),
    path("nights/<date:date>/evening/", evening.evening, name="evening"),
    path("nights/<date:date>/soreness/", views.soreness, name="night-soreness"),
    path("nights/<date:date>/length/", views.length, name="night-length"),
    path("nights/<date:date>/finish/", morning.finish, name="night-finish"),
    path("nights/<date:date>/undo/", views.undo, name="night-undo"),
    path("nights/<date:date>/delete/", views.delete, name="night-delete"),
    path("nights/<date:date>/history/", views.history, name="night-history"),
    path("nights/<date:date>/restore/", views.restore, name="night-restore"),
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/list/", calendar.listing, name="night-list"),
    path("calendar/mark/", calendar.mark, name="night-mark"),
]
