from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    name = "workorders"

    def ready(self) -> None:
        from workorders import audit_actions, notice_kinds

        notice_kinds.register()
        audit_actions.register()
