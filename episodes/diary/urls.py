"""Today, nights, calendar."""

from django.urls import path, register_converter

from episodes.diary import calendar, earlier, evening, morning, now, offline, views
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
    path("nights/bin/", earlier.night_bin, name="night-bin"),
    path("nights/<date:date>/", views.night, name="night-detail"),
    path("nights/<date:date>/outcome/", views.outcome, name="night-outcome"),
    path("nights/<date:date>/evening/", evening.evening, name="evening"),
    path("nights/<date:date>/soreness/", views.soreness, name="night-soreness"),
    path("nights/<date:date>/length/", views.length, name="night-length"),
    path("nights/<date:date>/finish/", morning.finish, name="night-finish"),
    path("nights/<date:date>/undo/", earlier.undo, name="night-undo"),
    path("nights/<date:date>/delete/", earlier.delete, name="night-delete"),
    path("nights/<date:date>/history/", earlier.history, name="night-history"),
    path("nights/<date:date>/restore/", earlier.restore, name="night-restore"),
    path("safety/read/", morning.safety_read, name="safety-read"),
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/list/", calendar.listing, name="night-list"),
    path("calendar/mark/", calendar.mark, name="night-mark"),
]
