from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts import audit, notices

        audit.register("insights.export", _("Took the figures of an area along"))
        audit.register("insights.export_ranking", _("Took a ranking along"))
        audit.register("insights.put_right", _("Put right figures that differed from their source"))
        notices.register(
            "figures_put_right",
            title=_("%(count)s figures differed from their source and were put right"),
            icon="chart-dots",
        )
        audit.register("insights.give_display", _("Gave a link for a screen on a wall"))
        audit.register("insights.open_display", _("Opened a link for a screen on a wall"))
        audit.register("insights.revoke_display", _("Revoked a link for a screen on a wall"))
