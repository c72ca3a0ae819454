"""A diary as files: out and in. The archive stands in the project's URLs, which hand it the visit report."""

from django.urls import path

from episodes.exchange import import_views, views
from episodes.exchange.export_files import MEDIA_TYPES

ROUTE_NAMES = {
    "nights.csv": "nights-csv",
    "episodes.csv": "episodes-csv",
    "own_habits.csv": "own-habits-csv",
    "codebook.csv": "code-book-csv",
    "diary.json": "diary-json",
    "fhir.json": "fhir-json",
}

app_name = "exchange"
urlpatterns = [
    path("export/", views.overview, name="export"),
    *(path(f"export/{name}", views.download, {"name": name}, name=ROUTE_NAMES[name]) for name in MEDIA_TYPES),
    path(
        "export/fhir-questionnaire.json", views.profile, {"name": "questionnaire"}, name="fhir-questionnaire"
    ),
    path("export/fhir-code-system.json", views.profile, {"name": "code_system"}, name="fhir-code-system"),
    path("import/", import_views.choose, name="import"),
    path("import/<uuid:pk>/", import_views.preview, name="import-preview"),
    path("import/<uuid:pk>/columns/", import_views.columns, name="import-columns"),
    path("import/<uuid:pk>/undo/", import_views.undo, name="import-undo"),
]
