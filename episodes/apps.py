"""The app that owns every table."""

from django.apps import AppConfig


class EpisodesConfig(AppConfig):
    name = "episodes"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Crampdiary"

    def ready(self) -> None:
        from episodes.middleware import audience  # noqa: F401  registers the system check
