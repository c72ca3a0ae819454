"""One include per feature, in the order of the site's menu."""

from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.views.i18n import set_language

from episodes.accounts import urls as accounts
from episodes.accounts.urls import library_urlpatterns
from episodes.accounts.views import privacy
from episodes.exchange.views import archive
from episodes.operations.probes import healthz, metrics, readyz
from episodes.profile import urls as profile
from episodes.reminders import urls as reminders
from episodes.report.views import usual_pdf
from episodes.review.site import review_site


class AtFirstRequest(URLResolver):
    """A namespace whose code is read when somebody first asks for it, not when a name elsewhere is looked up."""

    def _populate(self) -> None:
        if "urlconf_module" in self.__dict__:
            super()._populate()


# Its schema library is a fifth of a start and a sixth of a worker's memory, and many a diary never uses it.
api = AtFirstRequest(RoutePattern("api/v1/"), "episodes.api.urls", app_name="api", namespace="api")

# One namespace for what stands below /account/, whichever feature it belongs to.
account_urlpatterns = [*accounts.urlpatterns, *profile.urlpatterns, *reminders.urlpatterns]

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
    path("account/", include((account_urlpatterns, "account"))),
    path("language/", set_language, name="set_language"),
    api,
    path("privacy/", privacy, name="privacy"),
    path("admin/", review_site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

handler500 = "episodes.web.unavailable.server_error"
