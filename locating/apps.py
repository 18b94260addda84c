from django.apps import AppConfig


class LocatingConfig(AppConfig):
    name = "locating"

    def ready(self) -> None:
        from locating import audit_actions

        audit_actions.register()
