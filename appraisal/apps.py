from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "appraisal"

    def ready(self) -> None:
        from appraisal import from_surveys, notice_kinds

        notice_kinds.register()
        from_surveys.register()
