from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"

    def ready(self) -> None:
        from supervision import audit_actions, notice_kinds, showing

        notice_kinds.register()
        audit_actions.register()
        showing.register()
