"""The site with one more address, /report/open/<token>/breaks, whose view fails, for what the server then logs."""

import os

from django.urls import include, path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crampdiary.settings")


def breaks(request, token):
    raise RuntimeError(f"broken at {request.path}")


breaks.audience = ("public",)
urlpatterns = [path("report/open/<str:token>/breaks", breaks), path("", include("crampdiary.urls"))]
handler500 = "episodes.web.unavailable.server_error"
