from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "appraisal"

    def ready(self) -> None:
        from appraisal import notice_kinds

        notice_kinds.register()
