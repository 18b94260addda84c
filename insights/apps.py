from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts import audit

        audit.register("insights.export", _("Took the figures of an area along"))
        audit.register("insights.export_ranking", _("Took a ranking along"))
