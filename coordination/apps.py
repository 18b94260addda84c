from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "coordination"

    def ready(self) -> None:
        from coordination import notice_kinds, showing

        notice_kinds.register()
        showing.register()
