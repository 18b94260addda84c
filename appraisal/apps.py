from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "appraisal"

    def ready(self) -> None:
        from appraisal import from_surveys, notice_kinds
        from appraisal.actions import points
        from appraisal.models import PointPhoto
        from workorders import photos

        notice_kinds.register()
        from_surveys.register()
        photos.register_root(points.ROOT, PointPhoto)
