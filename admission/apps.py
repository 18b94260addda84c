from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    name = "admission"

    def ready(self) -> None:
        from admission import audit_actions, notice_kinds, showing

        notice_kinds.register()
        audit_actions.register()
        showing.register()
