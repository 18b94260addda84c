from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts import audit, notices
        from surveys import own_data, phones, retention, showing

        own_data.register()
        retention.register()
        audit.register("surveys.draw", _("Drew the sample of a questionnaire"))
        audit.register("surveys.discard", _("Threw the draft of a questionnaire away"))
        audit.register("surveys.export", _("Took the results of a questionnaire along"))
        notices.register("survey_opened", _("“%(title)s” is to be asked, until %(until)s"), "clipboard-list")
        notices.register("survey_closed", _("“%(title)s” is past its last day and closed"), "clipboard-text")
        showing.register()
        phones.register()
