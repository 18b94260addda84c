from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"

    def ready(self) -> None:
        from visits import notice_kinds, own_data, retention, showing
        from visits.models import VisitPhoto
        from workorders import photos

        photos.register_root("visits", VisitPhoto)
        notice_kinds.register()
        retention.register()
        own_data.register()
        showing.register()
