"""One include per feature, in the order of the site's menu."""

from django.urls import include, path
from django.views.i18n import set_language

from episodes.account.urls import library_urlpatterns
from episodes.account.views import privacy
from episodes.diary.health import healthz, metrics, readyz
from episodes.exchange.views import archive
from episodes.report.views import usual_pdf
from episodes.review.site import review_site

urlpatterns = [
    path("", include("episodes.diary.urls")),
    path("trends/", include("episodes.trends.urls")),
    path("remedies/", include("episodes.remedies.urls")),
    path("experiments/", include("episodes.experiments.urls")),
    path("learn/", include("episodes.learn.urls")),
    path("habits/", include("episodes.habits.urls")),
    path("sharing/", include("episodes.sharing.urls")),
    path("report/", include("episodes.report.urls")),
    path("account/export/diary.zip", archive, {"visit_report": usual_pdf}, name="export-archive"),
    path("account/", include("episodes.exchange.urls")),
    path("account/", include(library_urlpatterns)),
    path("account/", include("episodes.account.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("episodes.api.urls")),
    path("privacy/", privacy, name="privacy"),
    path("admin/", review_site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

handler500 = "episodes.middleware.unavailable.server_error"
