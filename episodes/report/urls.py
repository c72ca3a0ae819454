"""The visit report, its PDF, and links to it."""

from django.urls import path

from episodes.report import views

app_name = "report"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("visit.pdf", views.visit_pdf, name="visit-pdf"),
    path("links/", views.add_link, name="link-add"),
    path("links/<uuid:pk>/end/", views.end_link, name="link-end"),
    path("patients/<uuid:patient_id>/", views.patient, name="patient-report"),
    path("patients/<uuid:patient_id>/visit.pdf", views.patient_pdf, name="patient-pdf"),
    path("open/<slug:token>/", views.opened, name="shared-report"),
]
