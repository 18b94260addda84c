from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "bulletins"

    def ready(self) -> None:
        from bulletins import notice_kinds

        notice_kinds.register()
