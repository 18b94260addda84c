from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "public"

    def ready(self) -> None:
        from public import showing, words

        showing.register()
        words.register()
