from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "public"

    def ready(self) -> None:
        from public import showing, words
        from public.models import HeldPhoto
        from workorders import photos

        photos.register_root("held", HeldPhoto)
        showing.register()
        words.register()
