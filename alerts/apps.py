from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        from alerts import audit_actions, notice_kinds, showing

        notice_kinds.register()
        audit_actions.register()
        showing.register()
