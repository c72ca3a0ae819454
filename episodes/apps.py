"""The app that owns every table."""

from django.apps import AppConfig


class EpisodesConfig(AppConfig):
    name = "episodes"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Crampdiary"

    def ready(self) -> None:
        # Both register system checks; the second also registers what operators may open.
        from episodes.review import admin  # noqa: F401
        from episodes.web import audience  # noqa: F401
